@NullMarked
package dev.signet.onnx.packed;

import org.jspecify.annotations.NullMarked;
