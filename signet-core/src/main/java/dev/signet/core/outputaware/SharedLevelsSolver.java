package dev.signet.core.outputaware;

import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.SharedLevels;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.vector.Vectorization;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;

/**
 * Finds multi-bit weights whose filters share their levels, each with a factor of its own, for the error of a layer's output: what
 * filters of few weights want, whose own coefficients would take more bytes than their codes.
 *
 * <p>Levels, factors and codes in turn: for given levels every filter takes the best of several factors, its codes found by error
 * feedback and coordinate descent, its factor by least squares; for given factors and codes the levels follow from the normal
 * equations of all filters. The best of all rounds is kept, rounded, and improved once more with the rounded values. The same
 * result whatever the number of threads.
 *
 * @param bits sign planes, 1..8
 * @param offset whether the shared levels have a constant term
 */
public record SharedLevelsSolver(int bits, boolean offset) {
    private static final int ROUNDS = 4;

    /** @throws IllegalArgumentException if {@code bits} is not 1..8 */
    public SharedLevelsSolver {
        if (bits < 1 || bits > MultiBitWeight.MAX_BITS) {
            throw new IllegalArgumentException("bits must be 1..8, not " + bits);
        }
    }

    /**
     * Solves one tensor.
     *
     * @param target the weights to come near to, [filters x inputs]
     * @param grams the second moments of each channel group's inputs, as {@link OutputAwareSolver} takes them
     * @throws IllegalArgumentException naming the index, if a weight is NaN or infinite; or if the sizes do not fit
     */
    public OutputAwareSolver.Result solve(WeightMatrix target, List<GramMatrix> grams, ForkJoinPool pool) {
        OutputAwareSolver.check(target, grams);
        var filters = new ScaledFilters(target, grams, bits, ParallelLoop.on(pool), Vectorization.kernels());
        double[] levels = filters.start(offset);
        ScaledFilters.State best = filters.assign(levels, null);
        for (int round = 0; round < ROUNDS; round++) {
            ScaledFilters.State next = filters.assign(filters.fittedLevels(best, offset), best);
            if (!(next.loss() < best.loss())) {
                break;
            }
            best = next;
        }
        CoefficientType type = type(best);
        ScaledFilters.State rounded = filters.rounded(best, type);
        GroupLayout layout = new Grouping.Filter().layout(target);
        float[] coefficients = new float[bits];
        for (int i = 0; i < bits; i++) {
            coefficients[i] = (float) rounded.levels()[i];
        }
        float[] factors = new float[rounded.factors().length];
        for (int f = 0; f < factors.length; f++) {
            factors[f] = (float) rounded.factors()[f];
        }
        var shared = new SharedLevels(coefficients, (float) rounded.levels()[bits], factors);
        byte[] planes = MultiBitWeight.planes(layout, bits, rounded.codes());
        return new OutputAwareSolver.Result(
                MultiBitWeight.ofShared(layout, bits, planes, shared, type), rounded.losses());
    }

    private static CoefficientType type(ScaledFilters.State state) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (double factor : state.factors()) {
            smallest = factor > 0 ? Math.min(smallest, factor) : smallest;
            largest = Math.max(largest, factor);
        }
        return SharedLevels.type(smallest, largest);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "shared levels, %d bits%s", bits, offset ? "" : ", no offset");
    }
}
