package dev.signet.onnx.scan;

import dev.signet.onnx.tensor.ElementType;

/**
 * A node that uses a tensor as its weights.
 *
 * @param node the node's index in the main graph
 * @param label the node's name, or one made of operator and index where it has none
 * @param operator Conv, ConvTranspose, Gemm or MatMul
 * @param input which of the node's inputs the weights are
 * @param type the element type in which the node computes: the tensor's own unless a Cast stands between
 */
public record WeightUse(int node, String label, String operator, int input, ElementType type) {}
