package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.allocate.NoiseCurve;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QualitySearchTest {
    private static List<WeightTensor> weights() {
        OnnxModel model = new SmallNetwork(1)
                .input("x", -1, 32, 8, 8)
                .noise("w1", 32, 32, 3, 3)
                .noise("w2", 32, 32, 3, 3)
                .noise("w3", 32, 32, 3, 3)
                .node("Conv", "a", List.of("x", "w1"))
                .node("Conv", "b", List.of("a", "w2"))
                .node("Conv", "y", List.of("b", "w3"))
                .output("y")
                .model();
        return SmallNetwork.weights(model);
    }

    /** The bits that come out where noises are {@code off} decibels from what was measured for each weight alone. */
    private static double searched(QualitySearch search, ToDoubleFunction<Map<WeightTensor, Integer>> reached) {
        double best = Double.NaN;
        int trials = 0;
        while (!search.isDone()) {
            double now = reached.applyAsDouble(search.bits());
            long bytes =
                    search.bits().values().stream().mapToInt(Integer::intValue).sum() * 1152L;
            if (search.tried(now, bytes)) {
                best = now;
            }
            trials++;
        }
        assertThat(trials).isBetween(1, 4);
        return best;
    }

    private static QualitySearch search(double wanted, Map<WeightTensor, NoiseCurve> noises) {
        return new QualitySearch(wanted, new QualityTarget(wanted, noises, QuantizeOptions.defaults(3)), 1 << 20);
    }

    private static double together(Map<WeightTensor, Integer> bits, Map<WeightTensor, NoiseCurve> noises) {
        double sum = 0;
        for (var entry : bits.entrySet()) {
            sum += entry.getValue() == 0
                    ? 0
                    : Objects.requireNonNull(noises.get(entry.getKey())).at(entry.getValue());
        }
        return -10 * Math.log10(sum);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-8, -3, 0, 3, 8})
    void noisesThatDoNotAddUpAreMadeUpFor(double off) {
        Map<WeightTensor, NoiseCurve> noises = new HashMap<>();
        List<WeightTensor> weights = weights();
        noises.put(weights.get(0), NoiseCurve.of(0.02));
        noises.put(weights.get(1), NoiseCurve.of(0.005));
        noises.put(weights.get(2), NoiseCurve.of(0.001));
        double best = searched(search(20, noises), bits -> together(bits, noises) + off);
        // Three weights of one size: a bit of one of them is up to 6 dB.
        assertThat(best).isBetween(20.0, 24.0);
    }

    /** More bits do not help this weight, only floats do. */
    @Test
    void aWeightWhoseNoiseIsFlatBecomesFloats() {
        Map<WeightTensor, NoiseCurve> noises = new HashMap<>();
        List<WeightTensor> weights = weights();
        noises.put(weights.get(0), new NoiseCurve(0.5, 0.5));
        noises.put(weights.get(1), NoiseCurve.of(0.005));
        noises.put(weights.get(2), NoiseCurve.of(0.001));
        Map<WeightTensor, Integer> bits = new QualityTarget(20, noises, QuantizeOptions.defaults(3)).choose();
        assertThat(bits).containsEntry(weights.get(0), 0);
        assertThat(bits.get(weights.get(1))).isBetween(2, 5);
    }

    @Test
    void whatCanNotBeReachedIsSaid() {
        Map<WeightTensor, NoiseCurve> noises = new HashMap<>();
        weights().forEach(weight -> noises.put(weight, NoiseCurve.of(0.01)));
        QualitySearch search = search(20, noises);
        assertThat(searched(search, bits -> 12)).isEqualTo(12);
        assertThat(search.missed()).hasValue("20.0 dB were asked for, 12.0 dB are reached");
    }
}
