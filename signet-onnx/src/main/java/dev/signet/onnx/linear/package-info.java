/**
 * Weights as whole numbers times a scale: what DequantizeLinear computes, made from multi-bit weights whose levels lie on a line,
 * and read back as such. Uses {@code dev.signet.onnx.packed}.
 */
@NullMarked
package dev.signet.onnx.linear;

import org.jspecify.annotations.NullMarked;
