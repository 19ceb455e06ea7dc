/**
 * The solvers: one group of weights in, sign planes and coefficients out, in double precision.
 *
 * <p>They know arrays only: no file, no node of a network, no thread pool. {@code docs} of the methods tell the paper and the
 * objective; {@link dev.signet.core.Quantizer} is the way in for whole tensors.
 */
@NullMarked
package dev.signet.core.solve;

import org.jspecify.annotations.NullMarked;
