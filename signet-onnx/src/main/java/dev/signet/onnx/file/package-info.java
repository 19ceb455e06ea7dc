/**
 * Model files: reading them without trusting them, the external data beside them, and writing so that a target is either
 * whole or not there. Knows the outer shape of an ONNX model, not what its nodes mean; every other package may use it.
 */
@NullMarked
package dev.signet.onnx.file;

import org.jspecify.annotations.NullMarked;
