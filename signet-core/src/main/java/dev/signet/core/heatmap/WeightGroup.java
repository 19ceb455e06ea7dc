package dev.signet.core.heatmap;

import dev.signet.core.Solution;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one group and their importance, both scaled by powers of two so that the largest of each lies in [1, 2): no
 * sum over a group can overflow or vanish then, whatever a model contains, and scaling is exact.
 */
final class WeightGroup {
    private final float[] weights;
    private final float[] importance;
    private final float[] products;
    private final int weightExponent;
    private final int importanceExponent;
    private final double mass;
    private final double moment;
    private final double energy;

    private WeightGroup(float[] weights, float[] importance, int weightExponent, int importanceExponent) {
        this.weights = weights;
        this.importance = importance;
        this.weightExponent = weightExponent;
        this.importanceExponent = importanceExponent;
        this.products = new float[weights.length];
        double sumU = 0;
        double sumUw = 0;
        double sumUww = 0;
        for (int i = 0; i < products.length; i++) {
            products[i] = weights[i] * importance[i];
            double u = importance[i];
            double w = weights[i];
            sumU += u;
            sumUw += u * w;
            sumUww += u * w * w;
        }
        mass = sumU;
        moment = sumUw;
        energy = sumUww;
    }

    /**
     * Copies and scales a group.
     *
     * @param weights a tensor's weights
     * @param importance the tensor's importance, or {@code null} for 1 everywhere; where it is 0 in the whole group it counts as 1
     * @param start the group's first weight
     * @param length the group's size
     * @throws IllegalArgumentException if a weight is NaN or infinite, or an importance is negative, NaN or infinite
     */
    static WeightGroup of(float[] weights, float @Nullable [] importance, int start, int length) {
        float largest = 0;
        float most = 0;
        for (int i = start; i < start + length; i++) {
            float magnitude = Math.abs(weights[i]);
            if (!(magnitude <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "weight %d is not a finite number: %s", i, weights[i]));
            }
            largest = Math.max(largest, magnitude);
            if (importance != null) {
                if (!(importance[i] >= 0 && importance[i] <= Float.MAX_VALUE)) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT, "importance %d is negative or not finite: %s", i, importance[i]));
                }
                most = Math.max(most, importance[i]);
            }
        }
        int weightExponent = exponent(largest);
        int importanceExponent = exponent(most);
        float[] scaled = new float[length];
        float[] scaledImportance = new float[length];
        scale(weights, start, Math.scalb(1.0, -weightExponent), scaled);
        if (importance == null || most == 0) {
            Arrays.fill(scaledImportance, 1);
        } else {
            scale(importance, start, Math.scalb(1.0, -importanceExponent), scaledImportance);
        }
        return new WeightGroup(scaled, scaledImportance, weightExponent, importanceExponent);
    }

    /** In fp64, whose range holds what a subnormal float needs. */
    private static void scale(float[] from, int start, double factor, float[] to) {
        for (int j = 0; j < to.length; j++) {
            to[j] = (float) (from[start + j] * factor);
        }
    }

    /** The power of two below {@code x}; 0 for 0. Unlike Math.getExponent it tells subnormal numbers apart. */
    private static int exponent(float x) {
        return x == 0 ? 0 : Math.getExponent((double) x);
    }

    /** Evenly spread weights of those in the group that matter, at most about {@code size}; the group itself if it has few. */
    WeightGroup sample(int size) {
        // Zeros may lie at the same distances as the sample's weights: a kernel's rows that see padding only.
        int[] mattering = IntStream.range(0, weights.length)
                .filter(i -> importance[i] > 0)
                .toArray();
        int stride = mattering.length / size;
        if (stride < 2) {
            return this;
        }
        int count = Math.ceilDiv(mattering.length, stride);
        float[] some = new float[count];
        float[] theirImportance = new float[count];
        for (int k = 0; k < count; k++) {
            some[k] = weights[mattering[k * stride]];
            theirImportance[k] = importance[mattering[k * stride]];
        }
        return new WeightGroup(some, theirImportance, weightExponent, importanceExponent);
    }

    int length() {
        return weights.length;
    }

    /** Scaled weights w. */
    float[] weights() {
        return weights;
    }

    /** Scaled importance u. */
    float[] importance() {
        return importance;
    }

    /** The products u * w of the scaled values, rounded to fp32. */
    float[] products() {
        return products;
    }

    /** The sum of u. */
    double mass() {
        return mass;
    }

    /** The weighted mean of w. */
    double mean() {
        return moment / mass;
    }

    /** The sum of u w^2. */
    double energy() {
        return energy;
    }

    /** Brings a solution of the scaled problem to the weights' own scale. */
    Solution unscaled(double[] coefficients, double offset, byte[] codes, double loss) {
        double[] scaled = new double[coefficients.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = Math.scalb(coefficients[i], weightExponent);
        }
        return new Solution(
                scaled,
                Math.scalb(offset, weightExponent),
                codes,
                Math.scalb(loss, 2 * weightExponent + importanceExponent));
    }

    /** A coefficient of the weights' own scale in the scaled problem. */
    double scaled(double coefficient) {
        return Math.scalb(coefficient, -weightExponent);
    }
}
