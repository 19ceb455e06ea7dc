package dev.signet.core.heatmap;

import java.util.Arrays;

/** A group's weights in rising order, with running sums of u and u * w. */
final class SortedGroup {
    /** Below this many weights a comparison sort is faster than three rounds over 2048 counters. */
    private static final int FEW = 600;

    private static final int DIGIT_BITS = 11;

    private final float[] weights;
    private final double[] mass;
    private final double[] moment;

    SortedGroup(WeightGroup group) {
        int n = group.length();
        long[] keys = new long[n];
        for (int j = 0; j < n; j++) {
            keys[j] = (long) orderedBits(group.weights()[j]) << 32 | j;
        }
        keys = sorted(keys);
        weights = new float[n];
        mass = new double[n + 1];
        moment = new double[n + 1];
        for (int k = 0; k < n; k++) {
            int j = (int) keys[k];
            weights[k] = group.weights()[j];
            double u = group.importance()[j];
            mass[k + 1] = mass[k] + u;
            moment[k + 1] = moment[k] + u * weights[k];
        }
    }

    int length() {
        return weights.length;
    }

    /** The k-th smallest weight, from 0. */
    float weight(int k) {
        return weights[k];
    }

    /** The sum of u over the {@code count} smallest weights. */
    double massOfFirst(int count) {
        return mass[count];
    }

    /** The sum of u * w over the {@code count} smallest weights. */
    double momentOfFirst(int count) {
        return moment[count];
    }

    /** How many weights are not above {@code threshold}. */
    int countUpTo(float threshold) {
        return countUpTo(threshold, 0);
    }

    /** The same where at least {@code known} of them are not above it: fast if there are few more. */
    int countUpTo(float threshold, int known) {
        int low = known;
        int high = known;
        for (int step = 1; high < weights.length && !(weights[high] > threshold); step *= 2) {
            low = high + 1;
            high = Math.min(weights.length, low + step);
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (weights[middle] > threshold) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** A float's bits, changed so that they rise with the float; -0 equals 0. */
    private static int orderedBits(float x) {
        int bits = Float.floatToRawIntBits(x + 0.0f);
        return bits ^ (bits >> 31 & 0x7fffffff);
    }

    /** Sorts by the upper 32 bits, equal ones by the lower: by their positions. */
    private static long[] sorted(long[] keys) {
        if (keys.length < FEW) {
            Arrays.sort(keys);
            return keys;
        }
        long[] from = keys;
        long[] to = new long[keys.length];
        for (int shift = 32; shift < 64; shift += DIGIT_BITS) {
            scatter(from, to, shift);
            long[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    /** One round of a radix sort, stable. */
    private static void scatter(long[] from, long[] to, int shift) {
        int digits = 1 << DIGIT_BITS;
        int[] next = new int[digits + 1];
        for (long key : from) {
            next[digit(key, shift) + 1]++;
        }
        for (int d = 0; d < digits; d++) {
            next[d + 1] += next[d];
        }
        for (long key : from) {
            to[next[digit(key, shift)]++] = key;
        }
    }

    private static int digit(long key, int shift) {
        // The sign bit is flipped: negative keys come first.
        return (int) ((key ^ Long.MIN_VALUE) >>> shift) & (1 << DIGIT_BITS) - 1;
    }
}
