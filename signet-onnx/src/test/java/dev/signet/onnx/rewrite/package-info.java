@NullMarked
package dev.signet.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
