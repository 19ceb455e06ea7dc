package dev.signet.quantize;

import dev.signet.quantize.inspect.HeatGrid;
import dev.signet.quantize.inspect.WeightLevels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one weight tensor.
 *
 * @param name its name in the model
 * @param shape its dimensions
 * @param nodes the nodes that use it
 * @param bytesBefore bytes in the source
 * @param bytesAfter bytes of planes, coefficients and offsets, or as before
 * @param quantized what was made of it, or null where it was kept
 * @param kept why it was kept as it is, or null
 * @param damage for a target size the estimated noise in the network's output, relative to its energy, if only this tensor were
 *     quantized, with 1, 2, ... 8 bits; otherwise null
 * @param heatMap how much each weight matters, made small; null where it was kept
 */
public record TensorReport(
        String name,
        int[] shape,
        List<String> nodes,
        long bytesBefore,
        long bytesAfter,
        @Nullable Quantized quantized,
        @Nullable String kept,
        @Nullable List<Double> damage,
        @Nullable HeatGrid heatMap) {
    /** The same with the damage of each number of bits. */
    TensorReport withDamage(List<Double> curve) {
        return new TensorReport(name, shape, nodes, bytesBefore, bytesAfter, quantized, kept, curve, heatMap);
    }

    /**
     * A quantized tensor.
     *
     * @param bits sign planes
     * @param group the grouping, as on the command line
     * @param weightError squared error of the weights relative to their squares
     * @param outputSnr signal to noise of the layer's output in dB, or null where it was not measured
     * @param levels how the weights were spread, and what they became
     */
    public record Quantized(
            int bits,
            String group,
            double weightError,
            @Nullable Double outputSnr,
            WeightLevels levels) {}
}
