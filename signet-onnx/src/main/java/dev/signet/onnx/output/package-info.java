/**
 * Writing models so that a target is either whole or not there, with external data where a file would become too large. Uses
 * {@code dev.signet.onnx.file} and {@code dev.signet.onnx.tensor}.
 */
@NullMarked
package dev.signet.onnx.output;

import org.jspecify.annotations.NullMarked;
