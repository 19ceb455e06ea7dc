/** Tests of the engine against ONNX Runtime. */
@NullMarked
package dev.signet.engine;

import org.jspecify.annotations.NullMarked;
