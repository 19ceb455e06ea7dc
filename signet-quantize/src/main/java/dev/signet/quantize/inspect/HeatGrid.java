package dev.signet.quantize.inspect;

import dev.signet.core.HeatMap;
import dev.signet.core.WeightMatrix;
import java.util.Locale;
import java.util.Objects;

/**
 * A heat map made small enough to be looked at: means over blocks of neighbouring weights.
 *
 * @param rows at most {@link #MOST}; filters run downwards
 * @param columns at most {@link #MOST}; a filter's inputs run to the right
 * @param values {@code rows * columns} importances, row after row
 */
public record HeatGrid(int rows, int columns, float[] values) {
    /** The most rows and columns. */
    public static final int MOST = 64;

    /** @throws IllegalArgumentException if the number of values does not fit, or there are none or too many */
    public HeatGrid {
        if (rows < 1 || columns < 1 || rows > MOST || columns > MOST || values.length != rows * columns) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d values are no heat map of %d x %d", values.length, rows, columns));
        }
    }

    /**
     * The heat map of a tensor. Kernel slices that have no room become one column each, and then columns and rows are merged.
     *
     * @param weight the tensor's shape
     * @param importance one value for each weight, in the order of the matrix
     */
    public static HeatGrid of(WeightMatrix weight, float[] importance) {
        int inputs = weight.inputs();
        int channels = inputs / weight.kernelSize();
        int columns = inputs <= MOST ? inputs : Math.min(channels, MOST);
        int rows = Math.min(weight.filters(), MOST);
        double[] sums = new double[rows * columns];
        int[] counts = new int[rows * columns];
        for (int f = 0; f < weight.filters(); f++) {
            int row = Math.toIntExact((long) f * rows / weight.filters());
            for (int i = 0; i < inputs; i++) {
                int cell = row * columns + Math.toIntExact((long) i * columns / inputs);
                sums[cell] += importance[f * inputs + i];
                counts[cell]++;
            }
        }
        float[] means = new float[sums.length];
        for (int cell = 0; cell < means.length; cell++) {
            means[cell] = (float) (sums[cell] / counts[cell]);
        }
        return new HeatGrid(rows, columns, means);
    }

    /** How large the weights are, relative to their mean: what the heat map {@code l1} weighs errors with. */
    public static HeatGrid ofSizes(WeightMatrix weight) {
        return of(weight, Objects.requireNonNull(new HeatMap.L1(1).importance(weight)));
    }

    /** The smallest value. */
    public float smallest() {
        float smallest = Float.POSITIVE_INFINITY;
        for (float value : values) {
            smallest = Math.min(smallest, value);
        }
        return smallest;
    }

    /** The largest value. */
    public float largest() {
        float largest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }
}
