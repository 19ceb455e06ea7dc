@NullMarked
package dev.signet.onnx.linear;

import org.jspecify.annotations.NullMarked;
