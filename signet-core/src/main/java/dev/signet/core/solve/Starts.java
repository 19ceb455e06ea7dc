package dev.signet.core.solve;

import java.util.ArrayList;
import java.util.List;

/** Coefficients from which alternating minimization sets out. */
final class Starts {
    /** Half the range of a uniform grid, in standard deviations. */
    private static final double[] RANGES = {1.4, 1.9, 2.4, 3, 4};

    private final WeightGroup group;
    private final int bits;
    private final boolean withOffset;
    private final double mean;
    private final double deviation;
    private final double energy;
    private final List<Start> starts = new ArrayList<>();

    /** Coefficients in standard form, and an offset. */
    record Start(double[] coefficients, double offset) {}

    Starts(WeightGroup group, int bits, boolean withOffset) {
        this.group = group;
        this.bits = bits;
        this.withOffset = withOffset;
        double mass = 0;
        double moment = 0;
        double square = 0;
        for (int j = 0; j < group.length(); j++) {
            double u = group.importance()[j];
            double w = group.weights()[j];
            mass += u;
            moment += u * w;
            square += u * w * w;
        }
        energy = square;
        mean = withOffset ? moment / mass : 0;
        deviation = Math.sqrt(Math.max(0, square / mass - mean * mean));
    }

    /** The sum of u w^2. */
    double energy() {
        return energy;
    }

    List<Start> all() {
        return starts;
    }

    /** Adds the refined greedy solution, and uniform grids of several widths. */
    void general() {
        Fit refined = new GreedySolver(bits, withOffset, true).solve(group);
        Planes.standardize(refined.coefficients);
        starts.add(new Start(refined.coefficients, refined.offset));
        for (double range : RANGES) {
            double[] grid = new double[bits];
            for (int i = 0; i < bits; i++) {
                grid[i] = range * deviation * (1 << (bits - 1 - i)) / ((1 << bits) - 1);
            }
            starts.add(new Start(grid, mean));
        }
    }

    /** Adds the optimal two planes around a few offsets near the mean. */
    void aroundOffsets(ExactSolver exact) {
        for (int step = -6; step <= 6; step++) {
            double offset = mean + step * deviation / 6;
            starts.add(new Start(exact.twoPlanes(offset), offset));
        }
        starts.add(new Start(exact.twoPlanes(0), 0));
    }
}
