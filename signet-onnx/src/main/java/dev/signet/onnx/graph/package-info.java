/**
 * What a model's graph means for quantization: which tensors are weights, which nodes use them and how, and what comes
 * before and after a node. Reads only; uses {@code dev.signet.onnx.file} and {@code dev.signet.onnx.tensor}.
 */
@NullMarked
package dev.signet.onnx.graph;

import org.jspecify.annotations.NullMarked;
