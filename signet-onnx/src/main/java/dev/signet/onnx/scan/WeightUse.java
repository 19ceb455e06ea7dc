package dev.signet.onnx.scan;

import dev.signet.onnx.tensor.ElementType;

/**
 * A node that uses a tensor as its weights.
 *
 * @param node the node's index in the main graph; for a node in a body of If, Loop or Scan, that of the node which holds the body
 * @param label the node's name, or one made of operator and index where it has none
 * @param operator one of those that {@link WeightOperators} knows
 * @param input which of the node's inputs the weights are
 * @param type the element type in which the node computes: the tensor's own unless a Cast stands between
 * @param inBody whether the node stands in a body
 */
public record WeightUse(int node, String label, String operator, int input, ElementType type, boolean inBody) {
    /**
     * Whether the node is a layer whose inputs and outputs can be looked at: outputs are inputs times weights, plus at most a bias.
     */
    public boolean isLayer() {
        return !inBody
                && switch (operator) {
                    case "Conv", "ConvTranspose", "Gemm", "MatMul" -> true;
                    default -> false;
                };
    }
}
