package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Walks through a real network. */
@Tag("real")
class LayerWalkTest {
    private final Network network =
            Network.load(Path.of(System.getProperty("signet.assets"), "models/classification/resnet20-cifar10.onnx"));
    private final Tensor samples = RealModelsTest.random(new Shape(5, 3, 32, 32), 1);

    @Test
    void computesWhatARunComputes() {
        LayerWalk.Outputs outputs = LayerWalk.run(network, List.of(samples), false, Workers.CALLER, layer -> {});
        assertAgree(outputs.original().getFirst(), network.run(samples), 1e-5);
        assertThat(outputs.replaced().getFirst()).isSameAs(outputs.original().getFirst());
    }

    @Test
    void visitsEveryLayerInOrder() {
        List<String> shapes = new ArrayList<>();
        LayerWalk.run(
                network,
                List.of(samples),
                false,
                Workers.CALLER,
                layer -> shapes.add(layer.weight().shape().toString()));
        assertThat(shapes)
                .hasSizeGreaterThanOrEqualTo(20)
                .startsWith("16x3x3x3")
                .endsWith("10x64");
    }

    @Test
    void replacedWeightsReachTheSecondStreamOnly() {
        Tensor expected = network.run(samples);
        LayerWalk.Outputs outputs = LayerWalk.run(network, List.of(samples), false, Workers.CALLER, layer -> {
            Tensor weight = layer.weight();
            float[] halved = weight.floats().clone();
            for (int i = 0; i < halved.length; i++) {
                halved[i] /= 2;
            }
            Tensor before = layer.replacedOutput();
            layer.replace(halved, null);
            if (layer.bias().isEmpty()) {
                float[] half = before.copy().floats();
                for (int i = 0; i < half.length; i++) {
                    half[i] /= 2;
                }
                assertAgree(layer.replacedOutput(), Tensor.of(half, before.shape()), 1e-6);
            }
        });
        assertAgree(outputs.original().getFirst(), expected, 1e-5);
        assertThat(outputs.replaced().getFirst().floats()).isNotEqualTo(expected.floats());
    }

    @Test
    void batchStatisticsGiveTheStoredMeanAndDeviation() {
        List<Tensor> secondInputs = new ArrayList<>();
        LayerWalk.run(network, List.of(samples), true, Workers.CALLER, layer -> secondInputs.add(layer.input()));
        LayerWalk.Outputs stored = LayerWalk.run(network, List.of(samples), false, Workers.CALLER, layer -> {});
        LayerWalk.Outputs batch = LayerWalk.run(network, List.of(samples), true, Workers.CALLER, layer -> {});
        assertThat(secondInputs).hasSizeGreaterThan(3);
        assertThat(batch.original().getFirst().floats())
                .isNotEqualTo(stored.original().getFirst().floats());
    }
}
