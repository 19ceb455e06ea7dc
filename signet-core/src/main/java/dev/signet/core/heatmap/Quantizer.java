package dev.signet.core.heatmap;

import dev.signet.core.CoefficientRounding;
import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.HeatMap;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.MultiBitWeightBuilder;
import dev.signet.core.Solution;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.ParallelLoop;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns weight matrices into multi-bit weights. Immutable: each setting gives a new quantizer.
 *
 * {@snippet :
 * MultiBitWeight packed = Quantizer.alternating(3)
 *         .grouping(new Grouping.Filter())
 *         .offset(true)
 *         .heatMap(new HeatMap.L1(1))
 *         .quantize(WeightMatrix.ofConv(64, 32, 3, 3, weights));
 * float[] approximation = packed.dequantize();
 * }
 *
 * @param method how sign planes and coefficients are found; not {@link Method#OUTPUT_AWARE}, which needs the statistics of a
 *     layer's inputs
 * @param bits sign planes, 1..8
 * @param grouping which weights share coefficients
 * @param offset whether each group has a constant term
 * @param heatMap how much each weight matters
 */
public record Quantizer(Method method, int bits, Grouping grouping, boolean offset, HeatMap heatMap) {
    /** @throws IllegalArgumentException if {@code bits} is not 1..8, or the method needs more than weights and a heat map */
    public Quantizer {
        new HeatMapSolver(method, bits, offset);
    }

    /** A quantizer with one set of coefficients per filter, an offset and a uniform heat map. */
    public static Quantizer of(Method method, int bits) {
        return new Quantizer(method, bits, new Grouping.Filter(), true, new HeatMap.Uniform());
    }

    /** {@link #of} with {@link Method#ALTERNATING}, the best of the methods that need weights only. */
    public static Quantizer alternating(int bits) {
        return of(Method.ALTERNATING, bits);
    }

    /** {@link #of} with {@link Method#REFINED}. */
    public static Quantizer refined(int bits) {
        return of(Method.REFINED, bits);
    }

    /** {@link #of} with {@link Method#GREEDY}. */
    public static Quantizer greedy(int bits) {
        return of(Method.GREEDY, bits);
    }

    /** The same with another grouping. */
    public Quantizer grouping(Grouping other) {
        return new Quantizer(method, bits, other, offset, heatMap);
    }

    /** The same with or without a constant term in each group. */
    public Quantizer offset(boolean other) {
        return new Quantizer(method, bits, grouping, other, heatMap);
    }

    /** The same with another heat map. */
    public Quantizer heatMap(HeatMap other) {
        return new Quantizer(method, bits, grouping, offset, other);
    }

    /**
     * Quantizes a matrix in the calling thread.
     *
     * @throws IllegalArgumentException naming the index, if a weight is NaN or infinite; or if the heat map does not fit
     */
    public MultiBitWeight quantize(WeightMatrix matrix) {
        return quantize(matrix, ParallelLoop.sequential());
    }

    /**
     * Quantizes a matrix, groups in parallel. The result is the same whatever the number of threads.
     *
     * @throws IllegalArgumentException naming the index, if a weight is NaN or infinite; or if the heat map does not fit
     */
    public MultiBitWeight quantize(WeightMatrix matrix, ForkJoinPool pool) {
        return quantize(matrix, ParallelLoop.on(pool));
    }

    private MultiBitWeight quantize(WeightMatrix matrix, ParallelLoop parallel) {
        requireFinite(matrix.values());
        GroupLayout layout = grouping.layout(matrix);
        HeatMapSolver solver = new HeatMapSolver(method, bits, offset);
        float @Nullable [] importance = heatMap.importance(matrix);
        Solution[] solutions = new Solution[layout.groups()];
        int blocks = Math.ceilDiv(solutions.length, MultiBitWeightBuilder.BLOCK);

        parallel.run(
                blocks,
                block -> forGroups(
                        block,
                        solutions.length,
                        g -> solutions[g] =
                                solver.solve(matrix.values(), importance, layout.start(g), layout.length(g))));
        CoefficientType type = CoefficientRounding.type(largest(solutions));
        MultiBitWeightBuilder builder = new MultiBitWeightBuilder(layout, bits, offset);
        parallel.run(
                blocks,
                block -> forGroups(
                        block,
                        solutions.length,
                        g -> builder.set(
                                g,
                                solver.round(
                                        solutions[g],
                                        type,
                                        matrix.values(),
                                        importance,
                                        layout.start(g),
                                        layout.length(g)))));
        return builder.build(type);
    }

    private static void forGroups(int block, int groups, IntConsumer body) {
        int start = block * MultiBitWeightBuilder.BLOCK;
        for (int g = start; g < Math.min(start + MultiBitWeightBuilder.BLOCK, groups); g++) {
            body.accept(g);
        }
    }

    private static void requireFinite(float[] weights) {
        for (int i = 0; i < weights.length; i++) {
            if (!Float.isFinite(weights[i])) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "weight %d is not a finite number: %s", i, weights[i]));
            }
        }
    }

    private static double largest(Solution[] solutions) {
        return Arrays.stream(solutions)
                .mapToDouble(s -> Math.max(
                        Math.abs(s.offset()),
                        Arrays.stream(s.coefficients()).max().orElse(0)))
                .max()
                .orElse(0);
    }
}
