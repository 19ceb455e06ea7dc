package dev.signet.core;

import java.util.Locale;

/** How much each weight matters: an importance u &gt;= 0 for every weight of a tensor, in its shape. */
public sealed interface HeatMap {
    /** All weights matter alike (the article's "vanilla"). */
    record Uniform() implements HeatMap {}

    /** u = |w|^p / mean |w|^p: larger weights matter more (the article's L1-norm weighting). */
    record L1(double p) implements HeatMap {
        /** @throws IllegalArgumentException if {@code p} is not a positive number */
        public L1 {
            if (!(p > 0 && p <= 16)) {
                throw new IllegalArgumentException("l1's power must be in (0, 16], not " + p);
            }
        }
    }

    /** An importance that was measured or loaded; the same order as the weights. */
    record Given(float[] importance) implements HeatMap {}

    /**
     * The importance of each weight.
     *
     * @return an array as long as {@code weight.values()}, or {@code null} where all weights matter alike
     * @throws IllegalArgumentException if a given importance has the wrong length, or a negative or non-finite entry
     */
    default float @org.jspecify.annotations.Nullable [] importance(WeightMatrix weight) {
        return switch (this) {
            case Uniform() -> null;
            case L1(double p) -> powers(weight.values(), p);
            case Given(float[] importance) -> checked(importance, weight.size());
        };
    }

    private static float[] powers(float[] weights, double p) {
        float largest = 0;
        for (float w : weights) {
            largest = Math.max(largest, Math.abs(w));
        }
        float[] importance = new float[weights.length];
        if (largest == 0) {
            return importance;
        }
        // Relative to the largest weight, so that no power overflows.
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double relative = Math.abs((double) weights[i]) / largest;
            double u = p == 1 ? relative : Math.pow(relative, p);
            importance[i] = (float) u;
            sum += u;
        }
        float scale = (float) (weights.length / sum);
        for (int i = 0; i < importance.length; i++) {
            importance[i] *= scale;
        }
        return importance;
    }

    private static float[] checked(float[] importance, int size) {
        if (importance.length != size) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "the heat map has %d entries, the tensor %d weights", importance.length, size));
        }
        for (float u : importance) {
            if (!(u >= 0 && u < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the heat map has an entry that is negative or not finite: " + u);
            }
        }
        return importance;
    }
}
