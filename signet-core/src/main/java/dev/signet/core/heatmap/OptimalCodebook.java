package dev.signet.core.heatmap;

import org.jspecify.annotations.Nullable;

/**
 * The least loss {@code sum u (w - q)^2} that any codebook of k values can reach: optimal weighted k-means on a line. No multi-bit
 * weight of b planes is better than this with k = 2^b, so it tells how far a solver is from what is possible.
 *
 * <p>Dynamic programming over the sorted weights; the best last split moves right with the number of weights, so that divide and
 * conquer needs O(k n log n) (Wu 1991; Gronlund et al. 2017, arXiv 1701.07204).
 */
public final class OptimalCodebook {
    private final SortedGroup group;
    /** The most energy that the codebooks so far take off the first m weights. */
    private double[] gains;

    private double[] next;

    private OptimalCodebook(SortedGroup group) {
        this.group = group;
        gains = new double[group.length() + 1];
        next = new double[group.length() + 1];
    }

    /**
     * The least loss of one group.
     *
     * @param weights a tensor's weights
     * @param importance one entry for each of the tensor's weights, or {@code null} where all matter alike; if it is 0 in the
     *     whole group, all weights of the group matter alike
     * @param start the group's first weight
     * @param length the group's size
     * @param levels values in the codebook, at least 1
     * @throws IllegalArgumentException if a weight or an importance is not finite, an importance is negative, or
     *     {@code levels} is not positive
     */
    public static double loss(float[] weights, float @Nullable [] importance, int start, int length, int levels) {
        if (levels < 1) {
            throw new IllegalArgumentException("a codebook needs at least one value, not " + levels);
        }
        WeightGroup group = WeightGroup.of(weights, importance, start, length);
        double gain = new OptimalCodebook(new SortedGroup(group)).gain(Math.min(levels, length));
        double loss = Math.max(0, group.energy() - gain);
        return group.unscaled(new double[0], 0, new byte[0], loss).loss();
    }

    private double gain(int levels) {
        int n = group.length();
        for (int m = 1; m <= n; m++) {
            gains[m] = gain(0, m);
        }
        for (int level = 1; level < levels; level++) {
            fill(1, n, 0, n - 1);
            double[] swap = gains;
            gains = next;
            next = swap;
        }
        return gains[n];
    }

    /** Fills {@code next[first..last]}, whose best last splits lie in {@code lowest..highest}. */
    private void fill(int first, int last, int lowest, int highest) {
        if (first > last) {
            return;
        }
        int middle = (first + last) >>> 1;
        int bestSplit = lowest;
        double best = -1;
        for (int split = lowest; split <= Math.min(highest, middle - 1); split++) {
            double gain = gains[split] + gain(split, middle);
            if (gain > best) {
                best = gain;
                bestSplit = split;
            }
        }
        next[middle] = best;
        fill(first, middle - 1, lowest, bestSplit);
        fill(middle + 1, last, bestSplit, highest);
    }

    /** What the mean of the weights from {@code from} up to {@code to} takes off their energy. */
    private double gain(int from, int to) {
        double mass = group.massOfFirst(to) - group.massOfFirst(from);
        double moment = group.momentOfFirst(to) - group.momentOfFirst(from);
        return mass > 0 ? moment * moment / mass : 0;
    }
}
