/**
 * JMH benchmarks of the solvers and of the engine, the latter on the cases of {@code dev.signet.lab.speed}, which measures the engine
 * beside ONNX Runtime. Run by {@code ./bench}; nothing uses it.
 */
@NullMarked
package dev.signet.bench;

import org.jspecify.annotations.NullMarked;
