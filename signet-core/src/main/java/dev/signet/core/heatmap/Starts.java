package dev.signet.core.heatmap;

import java.util.ArrayList;
import java.util.List;

/**
 * Coefficients from which alternating minimization sets out: a few shapes (ratios of the coefficients) in a few sizes, and in
 * small groups the refined greedy solution.
 */
public final class Starts {
    /**
     * The first coefficients of a shape, the largest being 1; each further one is half of the one before. {1} is a uniform grid,
     * the others are what the best of 36 starts converged to on 4096 normal, Laplace and heavier-tailed random weights: levels
     * that lie denser near the middle.
     */
    private static final double[][] SHAPES = {
        {1},
        {1, 0.76, 0.45},
        {1, 0.76, 0.3},
        {1, 0.855, 0.7, 0.44},
        {1, 0.855, 0.68, 0.56},
        {1, 0.93, 0.71, 0.49, 0.36},
        {1, 0.82, 0.5, 0.39, 0.25},
    };

    private static final double[][] SHAPES_OF_TWO = {{1, 0.5}, {1, 0.65}, {1, 0.9}};

    /** The largest coefficient in standard deviations. */
    private static final double[] SIZES = {0.95, 1.3, 2};

    /** Two planes with an offset: where to try the offset, in standard deviations from the mean. */
    private static final double[] SHIFTS_OF_TWO = {-0.3, -0.15, 0, 0.15, 0.3};

    /** From so many bits on, levels are so close that the five-plane shapes are not worth their time. */
    private static final int SHORT_SHAPES_FROM_BITS = 6;

    /** In larger groups the refined solution was never the best start, and it takes as long as four others. */
    private static final int REFINED_UP_TO = 128;

    private Starts() {}

    /** Coefficients in standard form, and an offset. */
    record Start(double[] coefficients, double offset) {}

    /** All starts for a group. */
    static List<Start> of(WeightGroup group, int bits, boolean withOffset) {
        List<Start> starts = new ArrayList<>();
        if (group.length() <= REFINED_UP_TO) {
            Fit refined = new GreedySolver(bits, withOffset, true).solve(group);
            Planes.standardize(refined.coefficients);
            starts.add(new Start(refined.coefficients, refined.offset));
        }
        double mean = withOffset ? group.mean() : 0;
        double deviation = Math.sqrt(Math.max(0, group.energy() / group.mass() - mean * mean));
        double[] shifts = withOffset && bits == 2 ? SHIFTS_OF_TWO : new double[1];
        for (double[] shape : bits == 2 ? SHAPES_OF_TWO : SHAPES) {
            if (shape.length > bits || (bits >= SHORT_SHAPES_FROM_BITS && shape.length > 4)) {
                continue;
            }
            for (double size : SIZES) {
                double[] coefficients = coefficients(shape, bits, size * deviation);
                for (double shift : shifts) {
                    starts.add(new Start(coefficients, mean + shift * deviation));
                }
            }
        }
        return starts;
    }

    private static double[] coefficients(double[] shape, int bits, double largest) {
        double[] coefficients = new double[bits];
        for (int i = 0; i < bits; i++) {
            coefficients[i] = i < shape.length ? shape[i] * largest : coefficients[i - 1] / 2;
        }
        return coefficients;
    }
}
