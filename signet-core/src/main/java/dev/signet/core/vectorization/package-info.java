/**
 * The few loops in which the solvers spend their time, as methods on primitive arrays: in plain Java, and with the Vector API.
 *
 * <p>{@link dev.signet.core.vectorization.Vectorization} chooses once. Nothing outside this package knows that the incubator
 * module exists; only {@code dev.signet.core} and its solvers use the package.
 */
@NullMarked
package dev.signet.core.vectorization;

import org.jspecify.annotations.NullMarked;
