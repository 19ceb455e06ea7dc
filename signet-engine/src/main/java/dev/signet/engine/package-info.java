/**
 * Runs a network in plain Java: {@link dev.signet.engine.Network} loads it, a {@link dev.signet.engine.Session} runs it, a
 * {@link dev.signet.engine.LayerWalk} looks into it layer by layer. May use {@code dev.signet.core} and
 * {@code dev.signet.onnx}; never prints and starts no threads.
 */
@NullMarked
package dev.signet.engine;

import org.jspecify.annotations.NullMarked;
