/** Reading, looking at, rewriting and writing ONNX models. May use {@code dev.signet.core} only. */
@NullMarked
package dev.signet.onnx;

import org.jspecify.annotations.NullMarked;
