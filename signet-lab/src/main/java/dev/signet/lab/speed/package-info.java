/**
 * How fast Signet's engine is beside ONNX Runtime: the same work in both, in turn, in one process. Uses the runtimes; meant for
 * {@code signet bench} (the engine's own benchmarks are in signet-bench).
 */
@NullMarked
package dev.signet.lab.speed;

import org.jspecify.annotations.NullMarked;
