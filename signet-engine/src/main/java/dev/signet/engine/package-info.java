/**
 * Runs a network in plain Java: {@link dev.signet.engine.Network} loads it, a {@link dev.signet.engine.Session} runs it. This
 * package and {@code tensor} are for users, the others are not; never prints and starts no threads.
 */
@NullMarked
package dev.signet.engine;

import org.jspecify.annotations.NullMarked;
