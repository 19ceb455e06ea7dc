package dev.signet.quantize.statistics;

import static dev.signet.quantize.SmallNetwork.integer;
import static dev.signet.quantize.SmallNetwork.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.SmallNetwork;
import dev.signet.quantize.walk.Layer;
import dev.signet.quantize.walk.NetworkWalk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsCollectorTest {
    private static final int SIDE = 6;

    private static OnnxModel grouped(int channels, int groups) {
        return new SmallNetwork(1)
                .input("x", -1, channels, SIDE, SIDE)
                .noise("w", channels, channels / groups, 3, 3)
                .node("Conv", "y", List.of("x", "w"), integer("group", groups), integers("pads", 1, 1, 1, 1))
                .output("y")
                .model();
    }

    private static LayerStatistics statistics(OnnxModel model, int channels, long room) {
        List<LayerStatistics> found = new ArrayList<>();
        try (var compute = new Compute(2, room)) {
            new NetworkWalk(model, SmallNetwork.weights(model), false, compute)
                    .run(SmallNetwork.samples(3, 9, 2, channels, SIDE, SIDE).chunks(), new NetworkWalk.Visitor() {
                        @Override
                        public @Nullable List<OnnxTensor> visit(Layer layer) {
                            found.add(LayerStatistics.of(layer, compute).orElseThrow());
                            return null;
                        }
                    });
        }
        return found.getFirst();
    }

    /** Few groups are summed up by matrix products, many by products of vectors: the centre tap of each is its channel. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 20})
    void secondMomentsAreThoseOfTheInputs(int groups) {
        int channels = 20;
        LayerStatistics statistics = statistics(grouped(channels, groups), channels, Long.MAX_VALUE);
        double[][] channel = new double[channels][];
        var samples = SmallNetwork.samples(3, 9, 2, channels, SIDE, SIDE);
        int positions = SIDE * SIDE;
        for (int c = 0; c < channels; c++) {
            channel[c] = new double[2];
        }
        int n = 0;
        for (var tensor : samples.values()) {
            for (int sample = 0; sample < 2; sample++) {
                n++;
                for (int c = 0; c < channels; c++) {
                    double sum = 0;
                    for (int p = 0; p < positions; p++) {
                        double x = tensor.values()[(sample * channels + c) * positions + p];
                        sum += x;
                        channel[c][0] += x * x;
                    }
                    // The samples' mean columns count as much as all columns.
                    channel[c][1] += groups <= 16 ? sum * sum / positions : 0;
                }
            }
        }
        int perGroup = channels / groups;
        int d = perGroup * 9;
        double total = (double) n * positions * (groups <= 16 ? 2 : 1);
        for (int c = 0; c < channels; c++) {
            int centre = c % perGroup * 9 + 4;
            float actual = statistics.gram()[c / perGroup][centre * d + centre];
            assertThat(actual).isCloseTo((float) ((channel[c][0] + channel[c][1]) / total), within(1e-4f));
        }
        assertThat(statistics.rows()).isEqualTo((long) n * positions);
        samples.close();
    }

    @Test
    void whereThereIsNoRoomTheDiagonalIsLeft() {
        OnnxModel model = grouped(8, 1);
        LayerStatistics all = statistics(model, 8, Long.MAX_VALUE);
        LayerStatistics diagonal = statistics(model, 8, 1000);
        assertThat(all.isDiagonal()).isFalse();
        assertThat(diagonal.isDiagonal()).isTrue();
        float[] power =
                diagonal.inputPower(SmallNetwork.weights(model).getFirst().matrix());
        float[] whole = all.inputPower(SmallNetwork.weights(model).getFirst().matrix());
        for (int i = 0; i < power.length; i++) {
            // The whole matrix has the samples' mean columns in it besides.
            assertThat(power[i]).isBetween(whole[i] * 0.9f, whole[i] * 2.2f);
        }
        assertThat(diagonal.correlation()[0]).isEmpty();
    }
}
