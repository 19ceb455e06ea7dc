/** Nodes and their attributes, read with types. Knows ONNX's protobuf classes and no file. */
@NullMarked
package dev.signet.onnx.node;

import org.jspecify.annotations.NullMarked;
