package dev.signet.core.heatmap;

import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.Solution;
import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Vectorization;
import org.jspecify.annotations.Nullable;

/**
 * Finds codes, coefficients and offset of one group that make {@code sum_j u_j (w_j - z - sum_i a_i B_ji)^2} small. Immutable
 * and safe for many threads.
 */
public final class HeatMapSolver {
    private final Method method;
    private final int bits;
    private final boolean offset;
    private final SolverKernels kernels;

    /**
     * Makes a solver.
     *
     * @param bits sign planes, 1..8
     * @param offset whether there is a constant term z
     * @throws IllegalArgumentException if {@code bits} is out of range or {@code method} needs more than a heat map
     */
    public HeatMapSolver(Method method, int bits, boolean offset) {
        this(method, bits, offset, Vectorization.kernels());
    }

    /** Makes a solver with given kernels: for comparing them. */
    public HeatMapSolver(Method method, int bits, boolean offset, SolverKernels kernels) {
        if (bits < 1 || bits > MultiBitWeight.MAX_BITS) {
            throw new IllegalArgumentException("bits must be 1..8, not " + bits);
        }
        if (method == Method.OUTPUT_AWARE) {
            throw new IllegalArgumentException("output-aware needs the statistics of a layer's inputs, not a heat map");
        }
        this.method = method;
        this.bits = bits;
        this.offset = offset;
        this.kernels = kernels;
    }

    /**
     * Solves one group.
     *
     * @param weights a tensor's weights
     * @param importance one entry for each of the tensor's weights, or {@code null} where all matter alike; if it is 0 in the
     *     whole group, all weights of the group matter alike
     * @param start the group's first weight
     * @param length the group's size
     * @throws IllegalArgumentException if a weight is NaN or infinite, or an importance is negative, NaN or infinite
     */
    public Solution solve(float[] weights, float @Nullable [] importance, int start, int length) {
        WeightGroup group = WeightGroup.of(weights, importance, start, length);
        return switch (method) {
            case GREEDY -> new GreedySolver(bits, offset, false).solve(group).solution();
            case REFINED -> new GreedySolver(bits, offset, true).solve(group).solution();
            case ALTERNATING -> new AlternatingSolver(kernels, bits, offset).solve(group);
            case OUTPUT_AWARE -> throw new IllegalStateException("refused by the constructor");
        };
    }

    /**
     * Rounds the coefficients of a solution. The alternating method also finds the best codes and coefficients for rounded
     * values; greedy and refined keep the codes that define them.
     *
     * @param solution what {@link #solve} gave for the same arguments
     * @return a solution whose coefficients and offset are rounded, in standard form, with the loss of the rounded values
     */
    public Solution round(
            Solution solution,
            CoefficientType type,
            float[] weights,
            float @Nullable [] importance,
            int start,
            int length) {
        WeightGroup group = WeightGroup.of(weights, importance, start, length);
        RoundedFit rounded = new RoundedFit(kernels, group, type, offset);
        return method == Method.ALTERNATING ? rounded.assigning(solution) : rounded.keepingCodes(solution);
    }
}
