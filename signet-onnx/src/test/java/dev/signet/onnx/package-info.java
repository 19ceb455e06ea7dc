/** What the tests of all packages share: building models and running them in ONNX Runtime. */
@NullMarked
package dev.signet.onnx;

import org.jspecify.annotations.NullMarked;
