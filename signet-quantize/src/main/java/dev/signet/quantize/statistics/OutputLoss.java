package dev.signet.quantize.statistics;

import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How much of a layer's output is lost with other weights: the output's mean squared error over its mean square, both from H.
 * Where mean and scale of the channels are corrected afterwards, only what no correction mends counts: covariances in place of
 * second moments, and each filter at its best scale.
 */
public final class OutputLoss {
    /** Multiplications that one measurement may cost; of larger layers every n-th filter is looked at. */
    private static final long WORK = 1L << 28;

    private final WeightMatrix weights;
    private final @Nullable LayerStatistics statistics;
    private final boolean corrected;
    private final int[] filters;

    /**
     * @param statistics of the layer's inputs; null for white inputs, of which the errors of weights are those of outputs
     * @param corrected whether mean and scale of each channel are matched
     */
    public OutputLoss(WeightMatrix weights, @Nullable LayerStatistics statistics, boolean corrected) {
        this.weights = weights;
        this.statistics = statistics;
        this.corrected = corrected;
        long d = weights.inputs();
        long affordable =
                statistics == null || statistics.isDiagonal() ? weights.filters() : Math.max(8, WORK / (d * d));
        int every = Math.toIntExact(Math.ceilDiv(weights.filters(), affordable));
        this.filters = IntStream.range(0, weights.filters())
                .filter(f -> f % every == 0)
                .toArray();
    }

    /** The loss with weights {@code q}, in the order of the matrix: 0 for the weights themselves, 1 for zeros. */
    public double of(float[] q, Compute compute) {
        double[] lost = new double[filters.length];
        double[] energy = new double[filters.length];
        compute.run(filters.length, i -> {
            int f = filters[i];
            double[] moments = moments(f, q);
            energy[i] = moments[0];
            double wq = moments[1];
            double qq = moments[2];
            double least = corrected && qq > 0 && wq > 0 ? moments[0] - wq * wq / qq : moments[0] - 2 * wq + qq;
            lost[i] = Math.max(0, least);
        });
        double all = Arrays.stream(energy).sum();
        return all > 0 ? Arrays.stream(lost).sum() / all : 0;
    }

    /** w^T H w, w^T H q and q^T H q of a filter; with {@code corrected} C, the covariance, in place of H. */
    public double[] moments(int filter, float[] q) {
        int d = weights.inputs();
        int start = filter * d;
        float[] w = weights.values();
        if (statistics == null) {
            double[] moments = new double[3];
            for (int i = start; i < start + d; i++) {
                add(moments, w[i], q[i], w[i], q[i]);
            }
            return moments;
        }
        int group = filter / (weights.filters() / statistics.gram().length);
        float[] gram = statistics.gram()[group];
        float[] mean = statistics.mean()[group];
        double[] moments = new double[3];
        if (statistics.isDiagonal()) {
            for (int i = 0; i < d; i++) {
                double power = gram[i] - (corrected ? mean[i] * mean[i] : 0);
                add(moments, w[start + i], q[start + i], power * w[start + i], power * q[start + i]);
            }
            return moments;
        }
        double meanW = 0;
        double meanQ = 0;
        for (int i = 0; i < d; i++) {
            double hw = 0;
            double hq = 0;
            int row = i * d;
            for (int j = 0; j < d; j++) {
                hw += gram[row + j] * w[start + j];
                hq += gram[row + j] * q[start + j];
            }
            add(moments, w[start + i], q[start + i], hw, hq);
            meanW += mean[i] * w[start + i];
            meanQ += mean[i] * q[start + i];
        }
        if (corrected) {
            add(moments, -meanW, -meanQ, meanW, meanQ);
        }
        return moments;
    }

    private static void add(double[] moments, double w, double q, double hw, double hq) {
        moments[0] += w * hw;
        moments[1] += w * hq;
        moments[2] += q * hq;
    }
}
