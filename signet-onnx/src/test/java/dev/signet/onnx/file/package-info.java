@NullMarked
package dev.signet.onnx.file;

import org.jspecify.annotations.NullMarked;
