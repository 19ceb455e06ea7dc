package dev.signet.lab.baseline;

import dev.signet.core.WeightMatrix;
import java.util.Arrays;

/**
 * Levels that are anywhere, by one-dimensional k-means: the least squared error, exactly, by dynamic programming over the sorted weights
 * (H. Wang and M. Song, "Ckmeans.1d.dp", 2011; the split points grow with the weights, so each row takes n log n steps).
 */
final class Palette {
    /** Above that many entries of the table of splits k-means is iterated from quantiles instead. */
    private static final long MOST_SPLITS = 12_000_000;

    private static final int ITERATIONS = 60;

    private Palette() {}

    /** @param part weights that share a table */
    static Baseline.Quantized quantize(WeightMatrix matrix, int bits, int part) {
        float[] values = matrix.values().clone();
        int levels = 1 << bits;
        for (int start = 0; start < values.length; start += part) {
            float[] sorted = Arrays.copyOfRange(values, start, start + part);
            Arrays.sort(sorted);
            double[] table = levels(sorted, levels);
            for (int i = start; i < start + part; i++) {
                values[i] = nearest(table, values[i]);
            }
        }
        long bytes = Math.ceilDiv((long) values.length * bits, 8) + 2L * levels * (values.length / part);
        return new Baseline.Quantized(values, bytes);
    }

    /** At most {@code levels} levels, ascending, fp16. */
    static double[] levels(float[] sorted, int levels) {
        int k = Math.min(levels, sorted.length);
        double[] means = (long) k * sorted.length <= MOST_SPLITS ? exact(sorted, k) : iterated(sorted, k);
        for (int i = 0; i < means.length; i++) {
            means[i] = Float.float16ToFloat(Float.floatToFloat16((float) means[i]));
        }
        return means;
    }

    private static float nearest(double[] table, float value) {
        int at = Arrays.binarySearch(table, value);
        int above = Math.min(table.length - 1, at >= 0 ? at : -at - 1);
        int below = Math.max(0, above - 1);
        return (float) (Math.abs(table[above] - value) <= Math.abs(table[below] - value) ? table[above] : table[below]);
    }

    /** Sums up to each weight: of the weights and of their squares. */
    private record Sums(double[] sum, double[] squares) {
        static Sums of(float[] sorted) {
            double[] sum = new double[sorted.length + 1];
            double[] squares = new double[sorted.length + 1];
            for (int i = 0; i < sorted.length; i++) {
                sum[i + 1] = sum[i] + sorted[i];
                squares[i + 1] = squares[i] + (double) sorted[i] * sorted[i];
            }
            return new Sums(sum, squares);
        }

        /** The squared error of the weights {@code from} to before {@code to} about their mean. */
        double error(int from, int to) {
            double total = sum[to] - sum[from];
            return to == from ? 0 : Math.max(0, squares[to] - squares[from] - total * total / (to - from));
        }

        double mean(int from, int to) {
            return (sum[to] - sum[from]) / (to - from);
        }
    }

    private static double[] exact(float[] sorted, int k) {
        int n = sorted.length;
        Sums sums = Sums.of(sorted);
        double[] before = new double[n + 1];
        for (int to = 0; to <= n; to++) {
            before[to] = sums.error(0, to);
        }
        int[][] splits = new int[k][n + 1];
        for (int level = 1; level < k; level++) {
            double[] now = new double[n + 1];
            fill(sums, before, now, splits[level], 0, n, 0, n);
            before = now;
        }
        double[] means = new double[k];
        int to = n;
        for (int level = k - 1; level >= 0; level--) {
            int from = splits[level][to];
            means[level] = from == to ? Double.NaN : sums.mean(from, to);
            to = from;
        }
        return Arrays.stream(means).filter(mean -> !Double.isNaN(mean)).toArray();
    }

    /** The least error of the first {@code to} weights with one more level, for all from {@code low} to {@code high}. */
    private static void fill(
            Sums sums, double[] before, double[] now, int[] split, int low, int high, int from, int most) {
        if (low > high) {
            return;
        }
        int to = (low + high) >>> 1;
        double best = Double.POSITIVE_INFINITY;
        int at = from;
        for (int i = from; i <= Math.min(to, most); i++) {
            double error = before[i] + sums.error(i, to);
            if (error < best) {
                best = error;
                at = i;
            }
        }
        now[to] = best;
        split[to] = at;
        fill(sums, before, now, split, low, to - 1, from, at);
        fill(sums, before, now, split, to + 1, high, at, most);
    }

    private static double[] iterated(float[] sorted, int k) {
        int n = sorted.length;
        Sums sums = Sums.of(sorted);
        double[] means = new double[k];
        Arrays.setAll(means, i -> sorted[(int) ((i + 0.5) * n / k)]);
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            int from = 0;
            for (int level = 0; level < k; level++) {
                double border = level == k - 1 ? Double.POSITIVE_INFINITY : (means[level] + means[level + 1]) / 2;
                int to = from;
                int high = n;
                while (to < high) {
                    int middle = (to + high) >>> 1;
                    if (sorted[middle] <= border) {
                        to = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                if (to > from) {
                    means[level] = sums.mean(from, to);
                }
                from = to;
            }
        }
        return means;
    }
}
