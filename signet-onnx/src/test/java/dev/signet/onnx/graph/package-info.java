@NullMarked
package dev.signet.onnx.graph;

import org.jspecify.annotations.NullMarked;
