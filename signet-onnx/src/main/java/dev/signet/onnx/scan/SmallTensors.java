package dev.signet.onnx.scan;

/**
 * The biases, normalization parameters, shapes and scalars of a model, which are summed up rather than listed.
 *
 * @param count how many tensors of fewer than two dimensions there are
 * @param bytes bytes of their values
 */
public record SmallTensors(int count, long bytes) {}
