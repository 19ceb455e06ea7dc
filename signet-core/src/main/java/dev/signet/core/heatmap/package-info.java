/**
 * The solvers of the heat-map objective: weights and their importance in, sign planes and coefficients out.
 *
 * <p>{@link dev.signet.core.heatmap.Quantizer} is the way in for whole tensors. They know arrays only, in double precision.
 */
@NullMarked
package dev.signet.core.heatmap;

import org.jspecify.annotations.NullMarked;
