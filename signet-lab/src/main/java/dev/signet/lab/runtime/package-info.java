/** ONNX Runtime as the reference: opening models, running them on float arrays, verifying what was written. Uses signet-onnx. */
@NullMarked
package dev.signet.lab.runtime;

import org.jspecify.annotations.NullMarked;
