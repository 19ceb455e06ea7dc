package dev.signet.core.outputaware;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.heatmap.HeatMapSolver;
import dev.signet.core.vector.Vectorization;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;

/**
 * Finds multi-bit weights q that make the error of a layer's output small, {@code (t - q)^T H (t - q)} for each filter, H being
 * the second moments of the layer's inputs and t the weights (or the least-squares target {@code W C H^-1} where inputs come
 * from an already quantized prefix).
 *
 * <p>From the heat-map solution with u = diag(H), and from an error-feedback assignment with its levels: exact coefficients, then
 * coordinate descent on codes, in turn until neither helps. The loss of a filter never rises; the better start is kept. In the
 * end the same is done with rounded coefficients, so that it is the loss of the stored values that is small. No randomness, and
 * the same result whatever the number of threads. Immutable.
 *
 * @param grouping which weights share coefficients
 * @param bits sign planes, 1..8
 * @param offset whether each group has a constant term
 * @param even whether levels are evenly spaced and one of them is 0 ({@link dev.signet.core.EvenLevels})
 */
public record OutputAwareSolver(Grouping grouping, int bits, boolean offset, boolean even) {
    /** @throws IllegalArgumentException if {@code bits} is not 1..8 */
    public OutputAwareSolver {
        new HeatMapSolver(Method.ALTERNATING, bits, offset);
    }

    /** A solver whose levels are free. */
    public OutputAwareSolver(Grouping grouping, int bits, boolean offset) {
        this(grouping, bits, offset, false);
    }

    /**
     * What was found.
     *
     * @param weight the quantized weights
     * @param losses {@code (t - q)^T H (t - q)} of each filter, q being the stored values
     */
    public record Result(MultiBitWeight weight, double[] losses) {}

    /** {@link #solve(WeightMatrix, List, ForkJoinPool)} where all filters see the same inputs. */
    public Result solve(WeightMatrix target, GramMatrix gram, ForkJoinPool pool) {
        return solve(target, List.of(gram), pool);
    }

    /**
     * Solves one tensor.
     *
     * @param target the weights to come near to, [filters x inputs]
     * @param grams the second moments of each channel group's inputs, [inputs x inputs] each; filters are dealt to the channel
     *     groups in order and evenly
     * @throws IllegalArgumentException naming the index, if a weight is NaN or infinite; or if the sizes do not fit
     */
    public Result solve(WeightMatrix target, List<GramMatrix> grams, ForkJoinPool pool) {
        check(target, grams);
        return new OutputAwareRun(this, target, grams, ParallelLoop.on(pool), Vectorization.kernels()).result();
    }

    static void check(WeightMatrix target, List<GramMatrix> grams) {
        if (grams.isEmpty() || target.filters() % grams.size() != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%d filters do not fit %d channel groups", target.filters(), grams.size()));
        }
        for (GramMatrix gram : grams) {
            if (gram.size() != target.inputs()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "second moments of %d inputs do not fit filters of %d",
                        gram.size(),
                        target.inputs()));
            }
        }
        for (int i = 0; i < target.size(); i++) {
            if (!Float.isFinite(target.values()[i])) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "weight %d is not a finite number: %s", i, target.values()[i]));
            }
        }
    }
}
