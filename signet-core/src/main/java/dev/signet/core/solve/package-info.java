/**
 * The solvers: one group of weights in, sign planes and coefficients out, in double precision.
 *
 * <p>They know arrays only: no file, no node of a network, no thread pool of their own. {@link dev.signet.core.Quantizer} and
 * {@link dev.signet.core.solve.OutputAwareSolver} are the ways in for whole tensors; other modules need no more of this package
 * than {@link dev.signet.core.solve.GramMatrix} and {@link dev.signet.core.solve.OptimalCodebook}.
 */
@NullMarked
package dev.signet.core.solve;

import org.jspecify.annotations.NullMarked;
