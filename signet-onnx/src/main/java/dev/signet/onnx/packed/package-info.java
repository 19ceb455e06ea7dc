/**
 * The packed file format: the model-local function {@code MultiBitWeight} that stands for a weight tensor, its calls, and
 * reading them back. docs/format.md describes it to the bit. Uses {@code dev.signet.onnx.file} and
 * {@code dev.signet.onnx.tensor}.
 */
@NullMarked
package dev.signet.onnx.packed;

import org.jspecify.annotations.NullMarked;
