/**
 * The solver that minimizes the error of a layer's output, given the statistics of its inputs.
 *
 * <p>{@link dev.signet.core.outputaware.OutputAwareSolver} is the way in; it starts from the heat-map solvers' results.
 */
@NullMarked
package dev.signet.core.outputaware;

import org.jspecify.annotations.NullMarked;
