/** Nodes, attributes and tensors, made. Knows ONNX's protobuf classes and no file. */
@NullMarked
package dev.signet.onnx.build;

import org.jspecify.annotations.NullMarked;
