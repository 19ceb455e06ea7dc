package dev.signet.quantize.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.core.Grouping;
import dev.signet.core.LineQuantizer;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.OnnxRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationFoldingTest {
    private static ModelText network(float... scale) {
        return new ModelText()
                .input("x", 1, 3, 8, 8)
                .output("y")
                .weights("w", 4, 3, 3, 3)
                .tensor(Tensors.floats("scale", ElementType.FLOAT, new int[] {4}, scale))
                .weights("beta", 4)
                .weights("mean", 4)
                .tensor(Tensors.floats("variance", ElementType.FLOAT, new int[] {4}, 0.5f, 3, 40, 1));
    }

    private static OnnxModel rewritten(
            OnnxModel model, Map<WeightTensor, MultiBitWeight> weights, Format format, GraphEdits edits) {
        return new ModelRewriter(model).rewrite(weights, format, Provenance.of(Map.of()), edits);
    }

    private static Map<WeightTensor, MultiBitWeight> quantized(OnnxModel model, boolean line) {
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor tensor : WeightScan.of(model).weights()) {
            weights.put(
                    tensor,
                    line
                            ? LineQuantizer.quantize(tensor.matrix(), 8)
                            : Quantizer.alternating(4)
                                    .grouping(new Grouping.Filter())
                                    .quantize(tensor.matrix()));
        }
        return weights;
    }

    private static void sameOutputsWithoutNormalization(OnnxModel model, boolean line, GraphEdits edits) {
        Map<WeightTensor, MultiBitWeight> weights = quantized(model, line);

        NormalizationFolding folding = NormalizationFolding.of(model, weights, edits);

        OnnxModel folded = rewritten(model, folding.weights(), Format.PACKED, folding.edits());
        assertThat(folded.proto().getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .doesNotContain("BatchNormalization");
        assertThat(folded.proto().getGraph().getInitializerList())
                .extracting(tensor -> tensor.getName())
                .doesNotContain("scale", "beta", "mean", "variance");
        float[] expected = values(rewritten(model, weights, Format.PACKED, edits));
        float[] actual = values(folded);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(0.01f));
        }
    }

    private static float[] values(OnnxModel model) {
        return OnnxRuntime.run(model.proto(), 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConvolutionDoesTheWorkOfTheNormalizationBehindIt(boolean line) {
        OnnxModel model = network(1, 0.01f, 3, 0.5f)
                .node("Conv x w -> c")
                .node("BatchNormalization c scale beta mean variance -> y", epsilon(0.25f))
                .build();

        sameOutputsWithoutNormalization(model, line, GraphEdits.NONE);
        sameOutputsWithoutNormalization(
                model,
                line,
                new GraphEdits(
                        Map.of(),
                        Map.of(
                                1,
                                new GraphEdits.BatchNormalization(
                                        new float[] {1, 2, 0.1f, 4},
                                        new float[] {0, 0, 1, -1},
                                        new float[] {5, 0, -1, 1},
                                        new float[] {1, 2, 3, 4}))));
    }

    @Test
    void aBiasGoesThroughTheNormalizationToo() {
        sameOutputsWithoutNormalization(
                network(1, -2, 0.3f, -0.5f)
                        .weights("b", 4)
                        .node("Conv x w b -> c")
                        .node("BatchNormalization c scale beta mean variance -> y")
                        .build(),
                false,
                GraphEdits.NONE);
    }

    @Test
    void whatOthersSeeOrFiltersCanNotHaveStays() {
        OnnxModel zero = network(1, 0, 0.3f, 0.5f)
                .node("Conv x w -> c")
                .node("BatchNormalization c scale beta mean variance -> y")
                .build();
        OnnxModel seen = network(1, 2, 0.3f, 0.5f)
                .node("Conv x w -> c")
                .node("BatchNormalization c scale beta mean variance -> n")
                .node("Add c n -> y")
                .build();
        OnnxModel tied = network(1, 2, 0.3f, 0.5f)
                .node("Conv x w -> c")
                .node("Conv x w -> d")
                .node("BatchNormalization c scale beta mean variance -> n")
                .node("Add d n -> y")
                .build();
        OnnxModel training = network(1, 2, 0.3f, 0.5f)
                .node("Conv x w -> c")
                .node("BatchNormalization c scale beta mean variance -> y m v", Attributes.integer("training_mode", 1))
                .build();
        for (OnnxModel model : new OnnxModel[] {zero, seen, tied, training}) {
            Map<WeightTensor, MultiBitWeight> weights = quantized(model, false);
            assertThat(NormalizationFolding.of(model, weights, GraphEdits.NONE))
                    .isEqualTo(new NormalizationFolding(weights, GraphEdits.NONE));
        }
    }

    private static AttributeProto epsilon(float value) {
        return AttributeProto.newBuilder()
                .setName("epsilon")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }
}
