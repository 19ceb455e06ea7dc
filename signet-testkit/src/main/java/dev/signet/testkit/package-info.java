/**
 * What tests of several modules share: ONNX Runtime as the reference, and small models. For tests only; knows no other module of
 * Signet, so that the tests of each may use it.
 */
@NullMarked
package dev.signet.testkit;

import org.jspecify.annotations.NullMarked;
