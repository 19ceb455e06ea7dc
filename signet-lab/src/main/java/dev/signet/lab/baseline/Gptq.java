package dev.signet.lab.baseline;

import dev.signet.core.WeightMatrix;
import org.jspecify.annotations.Nullable;

/**
 * GPTQ on evenly spaced levels (Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers", 2023): weights are rounded one after the other, and those that are left make up for the error as the Gram
 * matrix of the layer's inputs says. The levels of a filter are those of the least squared error.
 */
final class Gptq {
    /** What is added to the diagonal, of its mean: the authors' setting. */
    private static final double DAMPING = 0.01;

    private Gptq() {}

    /**
     * Quantizes a weight matrix.
     *
     * @param grams for each channel group the Gram matrix of its inputs, [inputs x inputs]; null rounds to the nearest
     */
    static Baseline.Quantized quantize(WeightMatrix matrix, int bits, double @Nullable [][] grams) {
        UniformCodes nearest = UniformCodes.of(matrix, bits, matrix.inputs(), Clipping::leastSquares);
        if (grams == null) {
            return nearest.quantized();
        }
        int d = matrix.inputs();
        int perGroup = matrix.filters() / grams.length;
        float[] values = matrix.values().clone();
        double[] row = new double[d];
        for (int g = 0; g < grams.length; g++) {
            double[] factor = inverseFactor(grams[g], d);
            for (int f = g * perGroup; f < (g + 1) * perGroup; f++) {
                for (int i = 0; i < d; i++) {
                    row[i] = values[f * d + i];
                }
                round(row, factor, nearest.scales()[f], nearest.zeros()[f], bits);
                for (int i = 0; i < d; i++) {
                    values[f * d + i] = (float) row[i];
                }
            }
        }
        return new Baseline.Quantized(values, nearest.bytes());
    }

    private static void round(double[] row, double[] factor, double scale, double zero, int bits) {
        int d = row.length;
        for (int i = 0; i < d; i++) {
            double level = (float) (scale * (UniformCodes.code(row[i], scale, zero, bits) - zero));
            double error = (row[i] - level) / factor[i * d + i];
            row[i] = level;
            for (int j = i + 1; j < d; j++) {
                row[j] -= error * factor[i * d + j];
            }
        }
    }

    /** The upper triangular U with U^T U = H^-1, of the damped Gram matrix. */
    static double[] inverseFactor(double[] gram, int d) {
        double trace = 0;
        for (int i = 0; i < d; i++) {
            trace += gram[i * d + i];
        }
        double[] h = gram.clone();
        for (int i = 0; i < d; i++) {
            h[i * d + i] += trace > 0 ? DAMPING * trace / d : 1;
        }
        double[] inverse = inverted(cholesky(h, d), d);
        double[] lower = cholesky(inverse, d);
        double[] upper = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                upper[j * d + i] = lower[i * d + j];
            }
        }
        return upper;
    }

    /** The lower triangular L with L L^T = a. */
    private static double[] cholesky(double[] a, int d) {
        double[] l = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i * d + j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i * d + k] * l[j * d + k];
                }
                l[i * d + j] = i == j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / l[j * d + j];
            }
        }
        return l;
    }

    /** The inverse of L L^T. */
    private static double[] inverted(double[] l, int d) {
        double[] inverse = new double[d * d];
        double[] x = new double[d];
        for (int column = 0; column < d; column++) {
            for (int i = 0; i < d; i++) {
                double sum = i == column ? 1 : 0;
                for (int k = column; k < i; k++) {
                    sum -= l[i * d + k] * x[k];
                }
                x[i] = i < column ? 0 : sum / l[i * d + i];
            }
            for (int i = d - 1; i >= 0; i--) {
                double sum = x[i];
                for (int k = i + 1; k < d; k++) {
                    sum -= l[k * d + i] * inverse[k * d + column];
                }
                inverse[i * d + column] = sum / l[i * d + i];
            }
        }
        return inverse;
    }
}
