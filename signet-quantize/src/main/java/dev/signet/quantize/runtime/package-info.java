/** ONNX Runtime: the reference that opens every file, and the comparison of two files by their outputs. */
@NullMarked
package dev.signet.quantize.runtime;

import org.jspecify.annotations.NullMarked;
