package dev.signet.core.heatmap;

import dev.signet.core.EvenLevels;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.MultiBitWeightBuilder;
import dev.signet.core.Solution;

/**
 * Levels on a line with a small weighted error {@code sum_j u_j (w_j - q_j)^2}: the best of lines between parts of the group's range,
 * then the best line for its codes and the nearest codes on that line in turn, as long as that helps.
 *
 * @param bits 1..8
 * @param offset whether the line may start anywhere; otherwise its middle is next to 0
 */
public record EvenSolver(int bits, boolean offset) {
    private static final double[] PARTS = {1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3};
    private static final int ROUNDS = 20;

    /** All groups of a matrix, with rounded levels. */
    public MultiBitWeight solve(GroupLayout layout, float[] weights, float[] importance) {
        MultiBitWeightBuilder builder = new MultiBitWeightBuilder(layout, bits, true);
        for (int g = 0; g < layout.groups(); g++) {
            int start = layout.start(g);
            Solution free = solve(weights, importance, start, layout.length(g));
            Solution best = rounded(free, weights, importance, start, layout.length(g));
            for (int round = 0; round < ROUNDS; round++) {
                double half = best.coefficients()[bits - 1];
                double middle = half == 0 ? 0 : best.offset() / half;
                Solution next = refitted(best, middle, weights, importance, start, layout.length(g));
                next = rounded(next, weights, importance, start, layout.length(g));
                if (!(next.loss() < best.loss())) {
                    break;
                }
                best = next;
            }
            builder.set(g, best);
        }
        return builder.build(CoefficientType.FLOAT32);
    }

    /** One group, its levels not rounded. */
    public Solution solve(float[] weights, float[] importance, int start, int length) {
        double least = 0;
        double greatest = 0;
        for (int j = start; j < start + length; j++) {
            least = Math.min(least, weights[j]);
            greatest = Math.max(greatest, weights[j]);
        }
        Solution best = between(least, greatest, weights, importance, start, length);
        for (double part : PARTS) {
            Solution candidate = between(least * part, greatest * part, weights, importance, start, length);
            best = candidate.loss() < best.loss() ? candidate : best;
        }
        for (int round = 0; round < ROUNDS; round++) {
            Solution next = refitted(best, fixedMiddle(), weights, importance, start, length);
            if (!(next.loss() < best.loss())) {
                break;
            }
            best = next;
        }
        return best;
    }

    private Solution rounded(Solution free, float[] weights, float[] importance, int start, int length) {
        double[] coefficients = free.coefficients().clone();
        double z = EvenLevels.round(coefficients, free.offset());
        return line(coefficients[bits - 1], z, weights, importance, start, length);
    }

    private int steps() {
        return (1 << bits) - 1;
    }

    private Solution between(
            double least, double greatest, float[] weights, float[] importance, int start, int length) {
        if (offset && bits > 1) {
            return line((greatest - least) / 2 / steps(), (greatest + least) / 2, weights, importance, start, length);
        }
        double half = Math.max(greatest, -least) / steps();
        return line(half, bits == 1 ? 0 : -half, weights, importance, start, length);
    }

    /** The nearest codes on the line of levels {@code z + half * (2k - steps)}. */
    private Solution line(double half, double z, float[] weights, float[] importance, int start, int length) {
        double[] coefficients = new double[bits];
        for (int i = 0; i < bits; i++) {
            coefficients[i] = half * EvenLevels.factor(i, bits);
        }
        byte[] codes = new byte[length];
        double loss = 0;
        for (int j = 0; j < length; j++) {
            double place = half == 0 ? 0 : ((weights[start + j] - z) / half + steps()) / 2;
            int k = (int) Math.clamp(Math.rint(place), 0, steps());
            codes[j] = EvenLevels.code(k, bits);
            double error = weights[start + j] - (z + half * (2 * k - steps()));
            loss += importance[start + j] * error * error;
        }
        return new Solution(coefficients, z, codes, loss);
    }

    /** Where the middle of the line is, in halves of its step; NaN where it may be anywhere. */
    private double fixedMiddle() {
        return bits == 1 ? 0 : offset ? Double.NaN : -1;
    }

    /**
     * The line of least error for the codes of {@code from}, by weighted regression, and the nearest codes on it.
     *
     * @param middle as {@link #fixedMiddle}
     */
    private Solution refitted(
            Solution from, double middle, float[] weights, float[] importance, int start, int length) {
        boolean free = Double.isNaN(middle);
        double sum = 0;
        double places = 0;
        double squares = 0;
        double values = 0;
        double products = 0;
        for (int j = 0; j < length; j++) {
            double u = importance[start + j];
            double place = 2 * (Integer.reverse(from.codes()[j]) >>> (Integer.SIZE - bits)) - steps();
            place += free ? 0 : middle;
            sum += u;
            places += u * place;
            squares += u * place * place;
            values += u * weights[start + j];
            products += u * place * weights[start + j];
        }
        double spread = free ? squares - places * places / sum : squares;
        double half = spread > 0 ? (free ? products - places * values / sum : products) / spread : 0;
        if (!(half > 0)) {
            return from;
        }
        double z = free ? (values - half * places) / sum : half * middle;
        return line(half, z, weights, importance, start, length);
    }
}
