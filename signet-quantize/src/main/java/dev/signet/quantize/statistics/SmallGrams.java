package dev.signet.quantize.statistics;

import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Vectorization;

/**
 * The same sums as {@link GramAccumulator}'s for many groups of few inputs, such as the filters of a depthwise convolution: products
 * of vectors in Java, one group beside the other.
 */
final class SmallGrams {
    /** More rows than this are worth a matrix product. */
    static final int MOST_ROWS = 96;

    private final SolverKernels kernels = Vectorization.kernels();
    private final int d;
    private final int height;
    private final double[][] sums;
    private final long[] columns;

    /**
     * @param groups channel groups
     * @param d inputs of a filter
     * @param filters outputs of a group that are correlated with them
     */
    SmallGrams(int groups, int d, int filters) {
        this.d = d;
        this.height = d + filters;
        sums = new double[groups][height * d];
        columns = new long[groups];
    }

    /**
     * Adds columns to the sums of a group; groups may be added to at the same time.
     *
     * @param rows [d + filters] rows of {@code count} values each, one after the other
     */
    void add(int group, float[] rows, int count) {
        double[] into = sums[group];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < d && j <= i; j++) {
                into[i * d + j] += kernels.dot(rows, i * count, rows, j * count, count);
            }
        }
        columns[group] += count;
    }

    /** The mean of x x^T, [d x d]. */
    float[] gram(int group) {
        float[] gram = new float[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i * d + j] = gram[j * d + i] = mean(group, i, j);
            }
        }
        return gram;
    }

    /** The mean of y x^T, [filters x d]. */
    float[] correlation(int group) {
        float[] correlation = new float[(height - d) * d];
        for (int i = d; i < height; i++) {
            for (int j = 0; j < d; j++) {
                correlation[(i - d) * d + j] = mean(group, i, j);
            }
        }
        return correlation;
    }

    private float mean(int group, int i, int j) {
        return (float) (columns[group] > 0 ? sums[group][i * d + j] / columns[group] : 0);
    }
}
