/**
 * ONNX graphs that PyTorch runs and differentiates. Everything that needs gradients is built on it; only this package and those
 * above it in this module know DJL.
 */
@NullMarked
package dev.signet.train.graph;

import org.jspecify.annotations.NullMarked;
