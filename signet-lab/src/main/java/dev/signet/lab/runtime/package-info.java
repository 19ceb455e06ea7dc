/**
 * The two runtimes that a model can be run with: Signet's engine behind the interface that ONNX Runtime has in
 * {@code dev.signet.quantize.runtime}.
 */
@NullMarked
package dev.signet.lab.runtime;

import org.jspecify.annotations.NullMarked;
