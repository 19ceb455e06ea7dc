package dev.signet.quantize.attention;

import dev.signet.core.Grouping;
import dev.signet.core.HeatMap;
import dev.signet.core.Method;
import dev.signet.core.WeightMatrix;
import dev.signet.core.heatmap.Quantizer;
import java.util.SplittableRandom;

/** A small layer with correlated inputs of unequal power. */
final class ToyLayer {
    private ToyLayer() {}

    static AttentionLayer of(int filters, int channels, int taps, int bits, Grouping grouping, boolean matched) {
        var random = new SplittableRandom(17);
        int d = channels * taps;
        var weights = new WeightMatrix(filters, d, taps, noise(filters * d, random));
        float[] target = weights.values().clone();
        float[] change = noise(target.length, random);
        for (int i = 0; i < target.length; i++) {
            target[i] += 0.1f * change[i];
        }
        // C = A A^T with rows of very different sizes.
        int rank = 2 * d;
        float[] a = noise(d * rank, random);
        float[] form = new float[d * d];
        float[] power = new float[d];
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < d; k++) {
                for (int r = 0; r < rank; r++) {
                    form[i * d + k] += a[i * rank + r] * a[k * rank + r] / rank;
                }
                form[i * d + k] *= scale(i / taps) * scale(k / taps);
            }
            power[i] = form[i * d + i];
        }
        var quantizer = new Quantizer(Method.ALTERNATING, bits, grouping, true, new HeatMap.Uniform());
        return new AttentionLayer(
                quantizer,
                weights,
                new WeightMatrix(filters, d, taps, target),
                new float[][] {form},
                new float[][] {power},
                new float[][] {new float[d]},
                matched);
    }

    private static float scale(int channel) {
        return channel % 3 == 0 ? 3 : 0.5f;
    }

    private static float[] noise(int n, SplittableRandom random) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
