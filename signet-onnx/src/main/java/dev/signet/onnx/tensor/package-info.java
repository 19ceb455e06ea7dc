/**
 * The values of TensorProtos in every form in which the format can store them, and building new ones. Uses
 * {@code dev.signet.onnx.file} for external data.
 */
@NullMarked
package dev.signet.onnx.tensor;

import org.jspecify.annotations.NullMarked;
