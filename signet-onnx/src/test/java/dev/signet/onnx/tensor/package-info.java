@NullMarked
package dev.signet.onnx.tensor;

import org.jspecify.annotations.NullMarked;
