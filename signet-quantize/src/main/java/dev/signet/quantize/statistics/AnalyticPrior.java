package dev.signet.quantize.statistics;

import dev.signet.core.WeightMatrix;
import dev.signet.core.outputaware.GramMatrix;

/**
 * What a layer's inputs are like where nothing can be measured: not negative, as behind a ReLU, so that all have a common mean;
 * and alike at neighbouring places of a channel, as in images.
 */
public final class AnalyticPrior {
    /** The square of the mean over the mean square, for a ReLU of a Gaussian: (1 / sqrt(2 pi))^2 / (1 / 2). */
    private static final double COMMON = 1 / Math.PI;

    /** Correlation of neighbours. */
    private static final double NEIGHBOURS = 0.6;

    private AnalyticPrior() {}

    /** H = m^2 11^T + (1 - m^2) (I x S), S falling with the distance of two taps of a (square) kernel. */
    public static GramMatrix gram(WeightMatrix matrix) {
        int d = matrix.inputs();
        int taps = matrix.kernelSize();
        int side = Math.max(1, Math.toIntExact(Math.round(Math.sqrt(taps))));
        float[] gram = new float[Math.multiplyExact(d, d)];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double own = 0;
                if (i / taps == j / taps) {
                    int p = i % taps;
                    int q = j % taps;
                    own = Math.pow(NEIGHBOURS, Math.abs(p / side - q / side) + Math.abs(p % side - q % side));
                }
                gram[i * d + j] = (float) (COMMON + (1 - COMMON) * own);
            }
        }
        return new GramMatrix(d, gram);
    }
}
