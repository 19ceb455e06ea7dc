package dev.signet.quantize.correct;

import static dev.signet.quantize.SmallNetwork.integer;
import static dev.signet.quantize.SmallNetwork.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Phases;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.SmallNetwork;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.solve.HeatMapLayerSolver;
import dev.signet.quantize.solve.HeatMapSource;
import dev.signet.quantize.solve.Importance;
import dev.signet.quantize.solve.LayerSolver;
import dev.signet.quantize.solve.OutputAwareLayerSolver;
import dev.signet.quantize.statistics.LayerStatistics;
import dev.signet.quantize.walk.ChannelMoments;
import dev.signet.quantize.walk.Layer;
import dev.signet.quantize.walk.NetworkWalk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NetworkQuantizerTest {
    private static final Compute TWO = new Compute(2);
    private static final int FILTERS = 8;

    @AfterAll
    static void close() {
        TWO.close();
    }

    private static LayerSolver alternating(int bits) {
        return new HeatMapLayerSolver(
                Method.ALTERNATING,
                new Grouping.Filter(),
                true,
                new HeatMapSource(new Importance.Uniform(), 1, true, 0),
                tensor -> bits);
    }

    private static SmallNetwork convolution() {
        return new SmallNetwork(1)
                .input("x", -1, 3, 8, 8)
                .noise("w", FILTERS, 3, 3, 3)
                .noise("b", FILTERS)
                .node("Conv", "y", List.of("x", "w", "b"), integers("pads", 1, 1, 1, 1))
                .output("y");
    }

    private static CalibratedNetwork quantized(OnnxModel model, LayerSolver solver, boolean correct) {
        return new NetworkQuantizer(model, SmallNetwork.weights(model), solver, correct, TWO)
                .quantize(SmallNetwork.samples(3, 5, 4, 3, 8, 8), Progress.NONE, new Phases());
    }

    /** Moments of the first layer's outputs in a model. */
    private static ChannelMoments moments(OnnxModel model) {
        List<ChannelMoments> moments = new ArrayList<>();
        new NetworkWalk(model, SmallNetwork.weights(model), false, TWO)
                .run(SmallNetwork.samples(3, 5, 4, 3, 8, 8).chunks(), new NetworkWalk.Visitor() {
                    @Override
                    public @Nullable List<OnnxTensor> visit(Layer layer) {
                        moments.add(layer.originalMoments());
                        return null;
                    }
                });
        return moments.getFirst();
    }

    private static OnnxModel rewritten(OnnxModel model, CalibratedNetwork network) {
        return new ModelRewriter(model)
                .rewrite(network.weights(), Format.FLOAT, Provenance.of(Map.of()), network.edits());
    }

    @Test
    void correctionGivesEveryChannelTheMeanAndTheDeviationThatItHad() {
        OnnxModel model = convolution().model();
        ChannelMoments wanted = moments(model);
        ChannelMoments corrected = moments(rewritten(model, quantized(model, alternating(1), true)));
        ChannelMoments plain = moments(rewritten(model, quantized(model, alternating(1), false)));
        double worst = 0;
        for (int c = 0; c < FILTERS; c++) {
            assertThat(corrected.mean()[c]).isCloseTo(wanted.mean()[c], within(0.005));
            assertThat(corrected.deviation()[c] / wanted.deviation()[c]).isCloseTo(1, within(0.005));
            worst = Math.max(worst, Math.abs(plain.deviation()[c] / wanted.deviation()[c] - 1));
        }
        assertThat(worst).isGreaterThan(0.05);
    }

    @Test
    void theShiftOfALayerBeforeANormalizationGoesIntoItsMean() {
        float[] ones = new float[FILTERS];
        Arrays.fill(ones, 1);
        OnnxModel model = new SmallNetwork(2)
                .input("x", -1, 3, 8, 8)
                .noise("w", FILTERS, 3, 3, 3)
                .constant("scale", ones, FILTERS)
                .noise("bias", FILTERS)
                .noise("mean", FILTERS)
                .constant("variance", ones, FILTERS)
                .node("Conv", "c", List.of("x", "w"))
                .node("BatchNormalization", "y", List.of("c", "scale", "bias", "mean", "variance"))
                .output("y")
                .model();
        CalibratedNetwork network = quantized(model, alternating(1), true);
        assertThat(network.edits().biases()).isEmpty();
        assertThat(network.edits().normalizations()).hasSize(1);
        // A channel's mean before the normalization has moved as much as what is subtracted there.
        ChannelMoments before = moments(model);
        ChannelMoments after = moments(rewritten(model, network));
        float[] mean =
                network.edits().normalizations().values().iterator().next().mean();
        var stored = new TensorReader(model).floats(model.proto().getGraph().getInitializer(3));
        for (int c = 0; c < FILTERS; c++) {
            assertThat(after.mean()[c] - mean[c]).isCloseTo(before.mean()[c] - stored[c], within(0.005));
        }
    }

    @Test
    void aSharedWeightIsSolvedOnceAndItsFigureIsTheWorstLayers() {
        OnnxModel model = new SmallNetwork(3)
                .input("x", -1, 4, 8, 8)
                .noise("w", 4, 4, 3, 3)
                .node("Conv", "a", List.of("x", "w"), integers("pads", 1, 1, 1, 1))
                .node("Relu", "r", List.of("a"))
                .node("Conv", "y", List.of("r", "w"), integers("pads", 1, 1, 1, 1))
                .output("y")
                .model();
        List<WeightTensor> solved = new ArrayList<>();
        LayerSolver inner = new OutputAwareLayerSolver(new Grouping.Filter(), true, false, 0.3, tensor -> 2);
        LayerSolver counting = new LayerSolver() {
            @Override
            public boolean wantsStatistics() {
                return true;
            }

            @Override
            public MultiBitWeight solve(WeightTensor tensor, @Nullable LayerStatistics statistics, Compute compute) {
                solved.add(tensor);
                // Both layers' columns are in the statistics: 3 chunks of 4 samples of 64 positions each.
                assertThat(statistics).isNotNull();
                assertThat(java.util.Objects.requireNonNull(statistics).rows()).isEqualTo(2 * 3 * 4 * 64);
                return inner.solve(tensor, statistics, compute);
            }
        };
        CalibratedNetwork network = new NetworkQuantizer(model, SmallNetwork.weights(model), counting, true, TWO)
                .quantize(SmallNetwork.samples(3, 5, 4, 4, 8, 8), Progress.NONE, new Phases());
        assertThat(solved).hasSize(1);
        assertThat(network.weights()).hasSize(1);
        double worst = network.outputSnr().values().iterator().next();
        assertThat(network.networkSnr()).isCloseTo(worst, within(1e-9));
    }

    @Test
    void aResidualConnectionAsksTheLayerToMakeUpForWhatHasChanged() {
        float[] diagonal = {1, 0, 0, 1};
        float[] doubled = {2, 0, 0, 2};
        OnnxModel model = new SmallNetwork(4)
                .input("x", -1, 2, 4, 4)
                .constant("first", diagonal, 2, 2, 1, 1)
                .constant("second", diagonal, 2, 2, 1, 1)
                .node("Conv", "r", List.of("x", "first"))
                .node("Conv", "c", List.of("r", "second"))
                .node("Add", "y", List.of("c", "r"))
                .output("y")
                .model();
        List<float[]> targets = new ArrayList<>();
        List<float[]> originals = new ArrayList<>();
        CalibrationSamples samples = SmallNetwork.samples(1, 6, 2, 2, 4, 4);
        new NetworkWalk(model, SmallNetwork.weights(model), false, TWO)
                .run(samples.chunks(), new NetworkWalk.Visitor() {
                    @Override
                    public @Nullable List<OnnxTensor> visit(Layer layer) {
                        targets.add(layer.targetOutputs(0));
                        originals.add(Tensor.floats(layer.originalOutputs().getFirst()));
                        return layer.tensor().name().equals("first")
                                ? layer.runWith(() -> Tensors.floats(
                                        "first", layer.tensor().elementType(), new int[] {2, 2, 1, 1}, doubled))
                                : null;
                    }
                });
        assertThat(targets.getFirst()).isEqualTo(originals.getFirst());
        // r has become 2 r: for c + r to stay, c must become c - r, and c is r: 0.
        for (float value : targets.get(1)) {
            assertThat(value).isCloseTo(0, within(1e-6f));
        }
    }

    @Test
    void layersThatShareAWeightMayHaveDifferentGroups() {
        OnnxModel model = new SmallNetwork(8)
                .input("x", -1, 4, 8, 8)
                .noise("w", 8, 4, 3, 3)
                .node("Conv", "a", List.of("x", "w"), integers("pads", 1, 1, 1, 1))
                .node("Conv", "y", List.of("a", "w"), integers("pads", 1, 1, 1, 1), integer("group", 2))
                .output("y")
                .model();
        CalibratedNetwork network = new NetworkQuantizer(
                        model,
                        SmallNetwork.weights(model),
                        new OutputAwareLayerSolver(new Grouping.Filter(), true, false, 0.3, tensor -> 4),
                        true,
                        TWO)
                .quantize(SmallNetwork.samples(2, 5, 4, 4, 8, 8), Progress.NONE, new Phases());
        assertThat(network.networkSnr()).isGreaterThan(15);
    }

    @Test
    void theWorstOfAllFloatingOutputsCounts() {
        OnnxModel model = new SmallNetwork(7)
                .input("x", -1, 3, 8, 8)
                .noise("w", FILTERS, 3, 3, 3)
                .noise("stored", 2)
                .node("Conv", "c", List.of("x", "w"))
                .node("ArgMax", "index", List.of("c"), integer("axis", 1))
                .node("Identity", "same", List.of("x"))
                .output("stored")
                .output("index", 7)
                .output("same")
                .output("c")
                .model();
        CalibratedNetwork network = quantized(model, alternating(2), false);
        assertThat(network.networkSnr())
                .isCloseTo(network.outputSnr().values().iterator().next(), within(1e-9))
                .isLessThan(60);
    }
}
