/**
 * Finds the weights in a model: which tensors are weights, seen as matrices of filters, and why others are not.
 *
 * <p>{@link dev.signet.onnx.scan.WeightScan} is the way in; {@link dev.signet.onnx.scan.GraphIndex} answers who makes and who
 * uses a tensor.
 */
@NullMarked
package dev.signet.onnx.scan;

import org.jspecify.annotations.NullMarked;
