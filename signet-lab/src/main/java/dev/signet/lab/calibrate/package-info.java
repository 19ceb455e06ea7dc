/**
 * Looking into a network while it is quantized: both the original and the partly quantized network run node by node on the
 * same samples, and every layer's statistics (Gram matrix of its inputs, mean and deviation of its outputs) are collected on
 * the way. Uses ONNX Runtime for each node, and the core's solvers; knows nothing of files.
 */
@NullMarked
package dev.signet.lab.calibrate;

import org.jspecify.annotations.NullMarked;
