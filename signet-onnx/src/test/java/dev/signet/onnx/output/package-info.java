@NullMarked
package dev.signet.onnx.output;

import org.jspecify.annotations.NullMarked;
