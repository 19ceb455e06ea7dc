/**
 * The two runtimes that a model is run with behind one interface: ONNX Runtime, the reference, and Signet's engine; and the
 * verification of what was written. Uses {@code dev.signet.engine} and {@code dev.signet.onnx}.
 */
@NullMarked
package dev.signet.lab.runtime;

import org.jspecify.annotations.NullMarked;
