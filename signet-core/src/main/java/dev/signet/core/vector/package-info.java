/**
 * The few loops in which the solvers spend their time, as methods on primitive arrays: in plain Java, and with the Vector API.
 *
 * <p>{@link dev.signet.core.vector.Vectorization} chooses once. Only this package knows that the incubator module exists; the
 * solvers use it, and of the other modules signet-quantize for its own least squares.
 */
@NullMarked
package dev.signet.core.vector;

import org.jspecify.annotations.NullMarked;
