package dev.signet.quantize.inspect;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the weights of a tensor are spread, and on which values quantization puts them.
 *
 * @param original the weights as they were
 * @param quantized what they became, in the same bins
 * @param levels the values that a weight can take, from the smallest; empty where they are too many to be drawn
 */
public record WeightLevels(Histogram original, Histogram quantized, List<Level> levels) {
    private static final int BINS = 81;

    /** 16 lines can be told from each other in a small chart, 32 can not. */
    private static final int MOST_BITS = 4;

    /** Enough for percentiles that a chart can show. */
    private static final int MOST_GROUPS = 4096;

    /**
     * One of the values that a weight can take, over all groups, as each has coefficients of its own.
     *
     * @param low what a tenth of the groups is below
     * @param median of the groups
     * @param high what a tenth of the groups is above
     */
    public record Level(double low, double median, double high) {}

    /** The levels of a weight, and both histograms. {@code weight} stands for {@code matrix}. */
    public static WeightLevels of(WeightMatrix matrix, MultiBitWeight weight) {
        Histogram original = Histogram.of(matrix.values(), BINS);
        return new WeightLevels(
                original,
                Histogram.of(weight.dequantize(), original.from(), original.to(), BINS),
                weight.bits() > MOST_BITS ? List.of() : levels(weight));
    }

    private static List<Level> levels(MultiBitWeight weight) {
        int groups = weight.layout().groups();
        int step = Math.ceilDiv(groups, MOST_GROUPS);
        int codes = 1 << weight.bits();
        double[][] byRank = new double[codes][Math.ceilDiv(groups, step)];
        for (int g = 0, column = 0; g < groups; g += step, column++) {
            double[] values = values(weight, g);
            for (int rank = 0; rank < codes; rank++) {
                byRank[rank][column] = values[rank];
            }
        }
        List<Level> levels = new ArrayList<>();
        for (double[] values : byRank) {
            Arrays.sort(values);
            levels.add(new Level(quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9)));
        }
        return levels;
    }

    /** What a weight of a group can be, sorted. */
    private static double[] values(MultiBitWeight weight, int group) {
        int bits = weight.bits();
        double[] values = new double[1 << bits];
        for (int code = 0; code < values.length; code++) {
            double sum = weight.offsets().length == 0 ? 0 : weight.offsets()[group];
            for (int i = 0; i < bits; i++) {
                double coefficient = weight.coefficients()[group * bits + i];
                sum += (code >> i & 1) != 0 ? coefficient : -coefficient;
            }
            values[code] = sum;
        }
        Arrays.sort(values);
        return values;
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[Math.toIntExact(Math.round(share * (sorted.length - 1)))];
    }
}
