package dev.signet.quantize.statistics;

import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.quantize.walk.Layer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a layer's inputs look like behind the quantized prefix, and how the original network's outputs hang together with them.
 *
 * @param gram for each channel group H = mean of x x^T over im2col rows x, [d x d] row-major; of layers for whose H there is no
 *     room its diagonal, [d]
 * @param correlation for each channel group R = mean of (y - bias) x^T, [filters of the group x d] row-major, with y the
 *     original network's outputs; empty where H is a diagonal
 * @param mean for each channel group the mean of x, [d], scaled so that H less mean mean^T has only what varies
 * @param rows how many im2col rows were averaged, the samples' mean columns not counted
 */
public record LayerStatistics(float[][] gram, float[][] correlation, float[][] mean, long rows) {
    /** Collects the statistics of a layer; empty where it has none ({@link StatisticsCollector}). */
    public static Optional<LayerStatistics> of(Layer layer, Compute compute) {
        return StatisticsCollector.of(layer, compute)
                .map(StatisticsCollector::collect)
                // Weights that are not finite make all that comes after them so: nothing can be learnt there.
                .filter(LayerStatistics::isFinite);
    }

    boolean isFinite() {
        return isFinite(gram) && isFinite(correlation);
    }

    /** Bytes of heap for each entry of H while a layer is solved: sums, H, what is made of it, its factor. */
    private static final long BYTES_PER_ENTRY = 18;

    /** Whether all of H fits into memory for a layer of {@code groups} times {@code d} inputs and {@code filters} filters. */
    public static boolean fits(long groups, long d, long filters, Compute compute) {
        return d <= 16_384 && groups * d * (d + filters / groups) * BYTES_PER_ENTRY <= compute.room();
    }

    /** Whether of H only the diagonal is known. */
    public boolean isDiagonal() {
        return gram[0].length == mean[0].length && mean[0].length > 1;
    }

    private static boolean isFinite(float[][] values) {
        for (float[] group : values) {
            for (float value : group) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * The statistics of several layers that use the same weights: this one's count {@code weight} times, the other's once.
     *
     * @param other of the same tensor
     */
    LayerStatistics averagedWith(LayerStatistics other, int weight) {
        if (isDiagonal() != other.isDiagonal()) {
            return this;
        }
        int groups = leastCommonMultiple(gram.length, other.gram.length);
        if (groups != gram.length || groups != other.gram.length) {
            return inGroups(groups).averagedWith(other.inGroups(groups), weight);
        }
        return new LayerStatistics(
                averaged(gram, other.gram, weight),
                averaged(correlation, other.correlation, weight),
                averaged(mean, other.mean, weight),
                rows + other.rows);
    }

    private static int leastCommonMultiple(int a, int b) {
        int multiple = a;
        while (multiple % b != 0) {
            multiple += a;
        }
        return multiple;
    }

    /** The same with each group taken as several that see the same inputs: layers may group a weight's filters differently. */
    private LayerStatistics inGroups(int groups) {
        int parts = groups / gram.length;
        float[][] grams = new float[groups][];
        float[][] correlations = new float[groups][];
        float[][] means = new float[groups][];
        for (int g = 0; g < groups; g++) {
            float[] whole = correlation[g / parts];
            int length = whole.length / parts;
            grams[g] = gram[g / parts];
            correlations[g] = Arrays.copyOfRange(whole, g % parts * length, (g % parts + 1) * length);
            means[g] = mean[g / parts];
        }
        return new LayerStatistics(grams, correlations, means, rows);
    }

    private static float[][] averaged(float[][] a, float[][] b, int weight) {
        float[][] averaged = new float[a.length][];
        for (int g = 0; g < a.length; g++) {
            averaged[g] = new float[a[g].length];
            for (int i = 0; i < a[g].length; i++) {
                averaged[g][i] = (weight * a[g][i] + b[g][i]) / (weight + 1);
            }
        }
        return averaged;
    }

    /** The mean square of the input that each weight of a matrix meets: a heat map in the matrix's order. */
    public float[] inputPower(WeightMatrix matrix) {
        int d = matrix.inputs();
        int perGroup = matrix.filters() / gram.length;
        float[] power = new float[matrix.size()];
        for (int f = 0; f < matrix.filters(); f++) {
            float[] h = gram[f / perGroup];
            for (int i = 0; i < d; i++) {
                power[f * d + i] = isDiagonal() ? h[i] : h[i * d + i];
            }
        }
        return power;
    }
}
