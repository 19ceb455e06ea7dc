package dev.signet.quantize.runtime;

import ai.onnxruntime.OnnxJavaType;

/**
 * What a model says about one of its inputs or outputs.
 *
 * @param name the tensor's name
 * @param shape its shape; -1 where the model leaves a dimension open
 * @param type its element type
 */
public record TensorSpec(String name, long[] shape, OnnxJavaType type) {}
