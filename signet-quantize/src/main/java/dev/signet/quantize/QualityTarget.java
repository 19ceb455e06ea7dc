package dev.signet.quantize;

import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.allocate.NoiseCurve;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses bits so that the network's outputs stay a number of decibels above the noise of quantization, in the fewest bytes.
 * Noises of weights add up. Each step goes where a byte takes away most noise.
 */
final class QualityTarget {
    private static final int FEWEST_BITS = 2;

    /** One step above the most bits: floats. */
    private static final int FLOATS = MultiBitWeight.MAX_BITS + 1;

    private final Map<WeightTensor, NoiseCurve> noises;
    private final QuantizeOptions options;
    private double wanted;

    /**
     * @param decibels of the worst output
     * @param noises what each weight brings, relative to the output's variance
     */
    QualityTarget(double decibels, Map<WeightTensor, NoiseCurve> noises, QuantizeOptions options) {
        this.wanted = decibels;
        this.noises = noises;
        this.options = options;
    }

    /** The bits of each tensor, 0 for floats. */
    Map<WeightTensor, Integer> choose() {
        double allowed = Math.pow(10, -wanted / 10);
        Map<WeightTensor, Integer> bits = new LinkedHashMap<>();
        noises.forEach((tensor, curve) -> bits.put(tensor, curve.isHeard() ? FEWEST_BITS : MultiBitWeight.MAX_BITS));
        double noise = noises.keySet().stream()
                .mapToDouble(tensor -> noise(tensor, FEWEST_BITS))
                .sum();
        while (noise > allowed) {
            WeightTensor best = null;
            int step = 0;
            double most = 0;
            for (var entry : bits.entrySet()) {
                int now = entry.getValue();
                // A step may bring nothing and two of them much: a curve that is flat up to floats.
                for (int more = now + 1; more <= FLOATS; more++) {
                    double less = noise(entry.getKey(), now) - noise(entry.getKey(), more);
                    double gain = less / Math.max(1, bytes(entry.getKey(), more) - bytes(entry.getKey(), now));
                    if (gain > most) {
                        most = gain;
                        best = entry.getKey();
                        step = more;
                    }
                }
            }
            if (best == null) {
                break;
            }
            noise -= noise(best, bits.getOrDefault(best, FEWEST_BITS)) - noise(best, step);
            bits.put(best, step);
        }
        bits.replaceAll((tensor, b) -> b == FLOATS ? 0 : b);
        return bits;
    }

    private long bytes(WeightTensor tensor, int bits) {
        return bits == FLOATS ? tensor.bytes() : Selection.packedBytes(tensor, bits, options);
    }

    private double noise(WeightTensor tensor, int bits) {
        NoiseCurve curve = noises.get(tensor);
        return bits == FLOATS || curve == null ? 0 : curve.at(bits);
    }

    /** From now on choices are made for so many decibels. */
    void aim(double decibels) {
        wanted = decibels;
    }

    /** The decibels that some bits should come to; infinitely many where all are floats. */
    double predicted(Map<WeightTensor, Integer> bits) {
        double noise = bits.entrySet().stream()
                .mapToDouble(entry -> noise(entry.getKey(), entry.getValue() == 0 ? FLOATS : entry.getValue()))
                .sum();
        return -10 * Math.log10(noise);
    }

    /** For reports: the noise of each weight at 1..8 bits. */
    Map<WeightTensor, double[]> damage() {
        Map<WeightTensor, double[]> damage = new HashMap<>();
        for (WeightTensor tensor : noises.keySet()) {
            List<Double> curve = new ArrayList<>();
            for (int bits = 1; bits <= MultiBitWeight.MAX_BITS; bits++) {
                curve.add(noise(tensor, bits));
            }
            damage.put(tensor, curve.stream().mapToDouble(Double::doubleValue).toArray());
        }
        return damage;
    }
}
