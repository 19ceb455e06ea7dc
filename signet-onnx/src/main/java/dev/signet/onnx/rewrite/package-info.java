/**
 * Turns a model into its quantized twin: weights replaced by sign planes and coefficients in one of three formats, biases
 * and normalization parameters replaced where a correction asks for it, provenance recorded. Uses all other packages here.
 */
@NullMarked
package dev.signet.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
