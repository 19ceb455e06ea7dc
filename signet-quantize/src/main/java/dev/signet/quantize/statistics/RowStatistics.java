package dev.signet.quantize.statistics;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.WeightMatrix;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.walk.HiddenUse;
import java.util.List;
import java.util.Optional;

/**
 * Statistics of weights inside an operator whose inputs are seen and whose products are not (the input weights of an LSTM): what
 * they should give follows from the original inputs and the original weights.
 */
public final class RowStatistics {
    /** Rows that are enough for d inputs, in multiples of d. */
    private static final int ENOUGH_ROWS = 16;

    private static final int LEAST_ROWS = 4096;

    private RowStatistics() {}

    /** The statistics of a use; empty where its inputs are not seen, or are not finite. */
    public static Optional<LayerStatistics> of(HiddenUse use) {
        List<OnnxTensor> original = use.originalRows();
        List<OnnxTensor> quantized = use.quantizedRows();
        WeightMatrix matrix = use.tensor().matrix();
        int d = matrix.inputs();
        boolean rows = !original.isEmpty()
                && original.stream().allMatch(tensor -> tensor.getInfo().getNumElements() > 0)
                && original.stream().allMatch(tensor -> {
                    long[] shape = tensor.getInfo().getShape();
                    return shape[shape.length - 1] == d;
                });
        if (!rows) {
            return Optional.empty();
        }
        long all = original.stream()
                .mapToLong(tensor -> tensor.getInfo().getNumElements() / d)
                .sum();
        int stride = Math.toIntExact(Math.max(1, all / Math.max(LEAST_ROWS, (long) ENOUGH_ROWS * d) | 1));
        double[] gram = new double[d * d];
        double[] cross = new double[d * d];
        double[] mean = new double[d];
        long count = 0;
        for (int chunk = 0; chunk < original.size(); chunk++) {
            float[] x = Tensor.floats(original.get(chunk));
            float[] q = Tensor.floats(quantized.get(chunk));
            for (int row = 0; row < x.length / d; row += stride, count++) {
                add(x, q, row * d, d, gram, cross, mean);
            }
        }
        LayerStatistics statistics = new LayerStatistics(
                new float[][] {divided(gram, count)},
                new float[][] {product(matrix, divided(cross, count))},
                new float[][] {divided(mean, count)},
                count);
        return Optional.of(statistics).filter(LayerStatistics::isFinite);
    }

    private static void add(float[] x, float[] q, int at, int d, double[] gram, double[] cross, double[] mean) {
        for (int i = 0; i < d; i++) {
            mean[i] += q[at + i];
            for (int j = 0; j < d; j++) {
                gram[i * d + j] += (double) q[at + i] * q[at + j];
                cross[i * d + j] += (double) x[at + i] * q[at + j];
            }
        }
    }

    private static float[] divided(double[] sums, long count) {
        float[] means = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            means[i] = (float) (sums[i] / count);
        }
        return means;
    }

    /** E[y x^T] of y = W x is W E[x x^T]. */
    private static float[] product(WeightMatrix matrix, float[] cross) {
        int d = matrix.inputs();
        float[] product = new float[matrix.size()];
        for (int f = 0; f < matrix.filters(); f++) {
            for (int i = 0; i < d; i++) {
                float w = matrix.values()[f * d + i];
                for (int j = 0; j < d; j++) {
                    product[f * d + j] += w * cross[i * d + j];
                }
            }
        }
        return product;
    }
}
