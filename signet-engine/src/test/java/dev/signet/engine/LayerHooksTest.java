package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Tensor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a walk shows of each layer, and what replaced weights do, on a small network. */
class LayerHooksTest {
    private final Network network = TwoLayers.network();
    private final Tensor samples = new Cases(5).tensor(5, TwoLayers.CHANNELS, 7, 9);

    private LayerWalk.Outputs walk(boolean batchStatistics, LayerWalk.Visitor visitor) {
        return LayerWalk.run(network, List.of(samples), batchStatistics, Workers.CALLER, visitor);
    }

    private static float[] scaled(Tensor tensor, float factor) {
        float[] values = tensor.copy().floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    @Test
    void everyLayerShowsItsWeightInputAndOutput() throws Exception {
        List<String> seen = new ArrayList<>();
        LayerWalk.Outputs outputs = walk(false, layer -> {
            seen.add(layer.node().name() + " " + layer.weightName() + " "
                    + layer.weight().shape() + " " + layer.input().shape() + " "
                    + layer.output().shape());
            assertThat(layer.replacedInput()).isSameAs(layer.input());
            assertThat(layer.replacedOutput()).isSameAs(layer.output());
            assertThat(layer.bias().isPresent()).isEqualTo(layer.node().name().equals("node"));
        });
        assertThat(seen)
                .containsExactly(
                        "node c1 4x4x3x3 5x4x7x9 5x4x7x9",
                        "second c1 4x4x3x3 5x4x7x9 5x4x7x9",
                        "logits matrix 4x3 5x4 5x3");
        Tensor expected = OnnxRuntime.run(TwoLayers.model().proto().toByteArray(), Map.of("x0", samples))
                .getFirst();
        assertAgree(outputs.original().getFirst(), expected, 1e-5);
        assertThat(outputs.replaced().getFirst()).isSameAs(outputs.original().getFirst());
    }

    @Test
    void aSharedWeightIsReplacedInTheLaterLayersToo() {
        List<Tensor> weights = new ArrayList<>();
        LayerWalk.Outputs outputs = walk(false, layer -> {
            weights.add(layer.replacedWeight());
            if (layer.node().name().equals("node")) {
                layer.replace(scaled(layer.weight(), 2), null);
                assertThat(layer.replacedWeight().floats()[3])
                        .isEqualTo(2 * layer.weight().floats()[3]);
            }
        });
        assertThat(weights.get(1).floats()[3]).isEqualTo(2 * weights.get(0).floats()[3]);
        assertAgree(outputs.original().getFirst(), network.run(samples), 1e-5);
        assertThat(outputs.replaced().getFirst().floats())
                .isNotEqualTo(outputs.original().getFirst().floats());
    }

    @Test
    void theLastReplacementCountsAndItsBiasReplacesTheLayers() {
        walk(false, layer -> {
            if (layer.node().name().equals("node")) {
                layer.replace(scaled(layer.weight(), 5), null);
                layer.replace(scaled(layer.weight(), 0), new float[] {1, 2, 3, 4});
                Tensor output = layer.replacedOutput();
                int plane = 7 * 9;
                for (int i = 0; i < output.size(); i++) {
                    assertThat(output.floats()[i]).isEqualTo(1f + i / plane % TwoLayers.CHANNELS);
                }
            }
            if (layer.node().name().equals("second")) {
                // It has no bias of its own.
                Tensor before = layer.replacedOutput().copy();
                layer.replace(layer.replacedWeight().copy().floats(), new float[] {1, 1, 1, 1});
                float[] plusOne = before.floats();
                for (int i = 0; i < plusOne.length; i++) {
                    plusOne[i]++;
                }
                assertAgree(layer.replacedOutput(), before, 1e-6);
            }
        });
    }

    @Test
    void whatDoesNotFitIsRefused() {
        walk(false, layer -> {
            assertThatThrownBy(() -> layer.replace(new float[5], null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(layer.weight().shape().toString());
            if (layer.node().operator().equals("MatMul")) {
                assertThatThrownBy(() -> layer.replace(scaled(layer.weight(), 1), new float[3]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("bias");
            }
        });
    }

    @Test
    void batchStatisticsReachBothStreams() {
        List<Tensor> inputs = new ArrayList<>();
        walk(true, layer -> {
            if (layer.node().name().equals("node")) {
                // Normalization takes out what a common factor does.
                layer.replace(scaled(layer.weight(), 2), scaled(layer.bias().orElseThrow(), 2));
            } else if (layer.node().name().equals("second")) {
                inputs.add(layer.input().copy());
                inputs.add(layer.replacedInput().copy());
            }
        });
        assertAgree(inputs.get(1), inputs.get(0), 1e-4);
        List<Tensor> stored = new ArrayList<>();
        walk(false, layer -> stored.add(layer.input().copy()));
        assertThat(stored.get(1).floats()).isNotEqualTo(inputs.get(0).floats());
    }

    @Test
    void valuesAreDroppedAfterTheirLastReader() {
        List<WeakReference<Tensor>> outputs = new ArrayList<>();
        walk(false, layer -> {
            if (layer.node().operator().equals("MatMul")) {
                System.gc();
                assertThat(outputs).hasSize(2).allMatch(output -> output.refersTo(null));
            }
            layer.replace(scaled(layer.replacedWeight(), 1.1f), null);
            outputs.add(new WeakReference<>(layer.replacedOutput()));
        });
    }
}
