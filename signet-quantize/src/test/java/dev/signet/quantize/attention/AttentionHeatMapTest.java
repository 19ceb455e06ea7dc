package dev.signet.quantize.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.Grouping;
import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionHeatMapTest {
    private static final Compute ONE = new Compute(1);
    private static final Compute THREE = new Compute(3);

    @AfterAll
    static void shutDown() {
        ONE.close();
        THREE.close();
    }

    @ParameterizedTest
    @CsvSource({"filter, 2, true", "filter, 3, false", "kernel, 1, true", "block:20, 2, true", "layer, 2, true"})
    void learningLowersTheErrorOfTheOutput(String group, int bits, boolean matched) {
        AttentionLayer layer = ToyLayer.of(8, 6, 9, bits, Grouping.parse(group), matched);

        float[] u = AttentionHeatMap.ofLayer(layer, 1, ONE);

        assertThat(u).hasSize(layer.weights().size());
        for (float each : u) {
            assertThat(each).isPositive().isFinite();
        }
        assertThat(error(layer, u)).isLessThan(0.97 * error(layer, null));
    }

    @Test
    void oneModuleForAllLayersLowersTheErrorOfEach() {
        List<AttentionLayer> layers = List.of(
                ToyLayer.of(8, 6, 9, 2, new Grouping.Filter(), true),
                ToyLayer.of(12, 30, 1, 2, new Grouping.Filter(), true));

        List<float[]> u = AttentionHeatMap.ofAllLayers(layers, 1, ONE);

        for (int i = 0; i < 2; i++) {
            assertThat(error(layers.get(i), u.get(i))).isLessThan(0.97 * error(layers.get(i), null));
        }
    }

    @Test
    void aLayerWhoseStatisticsHadNoRoomIsReadByTheModuleOfTheOthers() {
        AttentionLayer seen = ToyLayer.of(8, 6, 9, 2, new Grouping.Filter(), true);
        AttentionLayer unseen = ToyLayer.of(9, 7, 9, 2, new Grouping.Filter(), true);

        float[] u = AttentionHeatMap.ofAllLayers(List.of(unseen.withoutForms(), seen), 1, ONE)
                .getFirst();

        assertThat(u).hasSize(unseen.weights().size());
        for (float each : u) {
            assertThat(each).isPositive().isFinite();
        }
    }

    @Test
    void theNumberOfThreadsMakesNoDifference() {
        AttentionLayer layer = ToyLayer.of(8, 6, 9, 2, new Grouping.Filter(), true);
        assertThat(AttentionHeatMap.ofLayer(layer, 1, THREE)).isEqualTo(AttentionHeatMap.ofLayer(layer, 1, ONE));
        assertThat(AttentionHeatMap.ofAllLayers(List.of(layer), 1, THREE).getFirst())
                .isEqualTo(AttentionHeatMap.ofAllLayers(List.of(layer), 1, ONE).getFirst());
    }

    @Test
    void anUntrainedModuleTakesAllWeightsAlike() {
        AttentionLayer layer = ToyLayer.of(2, 5, 9, 2, new Grouping.Filter(), true);
        var module = new AttentionModule(2, new java.util.SplittableRandom(1));
        assertThat(module.forward(layer.tokens(1), 1).importance()).containsOnly(1);
        assertThat(module.parameters()).hasSizeLessThan(2000);
    }

    @Test
    void ofALargeLayerEveryNthFilterIsTrainedOn() {
        // 512 channels of 3x3: one look at the codes of all 512 filters would be 3e10 multiplications.
        int d = 4608;
        AttentionLayer layer = new AttentionLayer(
                ToyLayer.of(2, 2, 9, 2, new Grouping.Filter(), true).quantizer(),
                new WeightMatrix(512, d, 9, new float[512 * d]),
                new WeightMatrix(512, d, 9, new float[512 * d]),
                new float[1][1],
                new float[1][d],
                new float[1][d],
                true);
        assertThat(layer.sample()).hasSizeBetween(4, 16).startsWith(0);
    }

    @Test
    void groupsOfOneWeightNeedNoHeatMap() {
        AttentionLayer layer = ToyLayer.of(2, 1500, 1, 3, new Grouping.Kernel(), true);
        assertThat(AttentionHeatMap.ofLayer(layer, 1, ONE)).containsOnly(1);
    }

    @Test
    void aLayerOfZerosGivesSomethingPositive() {
        AttentionLayer toy = ToyLayer.of(4, 3, 9, 2, new Grouping.Filter(), true);
        var zeros = new WeightMatrix(4, 27, 9, new float[4 * 27]);
        var layer = new AttentionLayer(toy.quantizer(), zeros, zeros, toy.forms(), new float[1][27], toy.mean(), true);
        for (float each : AttentionHeatMap.ofLayer(layer, 1, ONE)) {
            assertThat(each).isPositive().isFinite();
        }
    }

    /** The mean relative error of the outputs with a heat map. */
    private static double error(AttentionLayer layer, float @Nullable [] u) {
        int[] all = IntStream.range(0, layer.weights().filters()).toArray();
        double[] importance = new double[layer.weights().size()];
        Arrays.setAll(importance, j -> u == null ? 1 : u[j]);
        CodedLayer coded = layer.objective(all).coded(importance, ONE);
        return IntStream.range(0, coded.rows()).mapToDouble(coded::error).sum();
    }
}
