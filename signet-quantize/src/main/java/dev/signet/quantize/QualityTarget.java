package dev.signet.quantize;

import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.allocate.NoiseCurve;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Chooses bits so that the network's outputs stay a number of decibels above the noise of quantization, in the fewest bytes.
 * Noises of weights add up. Each step goes where a byte takes away most noise.
 */
final class QualityTarget {
    private static final int FEWEST_BITS = 2;

    /** One step above the most bits: floats. */
    private static final int FLOATS = MultiBitWeight.MAX_BITS + 1;

    private final Map<WeightTensor, NoiseCurve> noises;
    /** What each weight takes at each number of bits and, last, as floats: asked for at every step. */
    private final Map<WeightTensor, long[]> bytes = new HashMap<>();

    private double wanted;

    /**
     * @param decibels of the worst output
     * @param noises what each weight brings, relative to the output's variance
     */
    QualityTarget(double decibels, Map<WeightTensor, NoiseCurve> noises, QuantizeOptions options) {
        this.wanted = decibels;
        this.noises = noises;
        noises.keySet().forEach(tensor -> bytes.put(tensor, bytes(tensor, options)));
    }

    private static long[] bytes(WeightTensor tensor, QuantizeOptions options) {
        long[] bytes = new long[FLOATS + 1];
        for (int bits = FEWEST_BITS; bits < FLOATS; bits++) {
            bytes[bits] = Selection.packedBytes(tensor, bits, options);
        }
        bytes[FLOATS] = tensor.bytes();
        return bytes;
    }

    /** The bits of each tensor, 0 for floats. */
    Map<WeightTensor, Integer> choose() {
        double allowed = Math.pow(10, -wanted / 10);
        Map<WeightTensor, Integer> bits = new LinkedHashMap<>();
        noises.forEach((tensor, curve) -> bits.put(tensor, curve.isHeard() ? FEWEST_BITS : MultiBitWeight.MAX_BITS));
        double noise = noise(bits);
        while (noise > allowed) {
            WeightTensor best = null;
            int step = 0;
            double most = 0;
            for (var entry : bits.entrySet()) {
                int now = entry.getValue();
                long[] sizes = Objects.requireNonNull(bytes.get(entry.getKey()));
                // A step may bring nothing and two of them much: a curve that is flat up to floats.
                for (int more = now + 1; more <= FLOATS; more++) {
                    double less = noise(entry.getKey(), now) - noise(entry.getKey(), more);
                    double gain = less / Math.max(1, sizes[more] - sizes[now]);
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

    /** What all weights bring together; 0 bits are floats. */
    private double noise(Map<WeightTensor, Integer> bits) {
        return bits.entrySet().stream()
                .mapToDouble(entry -> noise(entry.getKey(), entry.getValue() == 0 ? FLOATS : entry.getValue()))
                .sum();
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
        return -10 * Math.log10(noise(bits));
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
