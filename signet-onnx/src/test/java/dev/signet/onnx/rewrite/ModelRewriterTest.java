package dev.signet.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.InputException;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.OnnxRuntime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRewriterTest {
    @Test
    void isDeterministicWhateverTheOrderOfTheMap() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("v", 7, 5)
                .weights("w", 5, 4)
                .node("MatMul", "x v", "a")
                .node("MatMul", "a w", "y")
                .build();
        Map<WeightTensor, MultiBitWeight> weights = quantized(model);
        Map<WeightTensor, MultiBitWeight> reversed = new LinkedHashMap<>();
        List.copyOf(weights.entrySet()).reversed().forEach(entry -> reversed.put(entry.getKey(), entry.getValue()));

        for (Format format : List.of(Format.PACKED, Format.INLINE, Format.FLOAT)) {
            ModelProto one = rewrite(model, weights, format, GraphEdits.NONE);
            ModelProto other = rewrite(model, reversed, format, GraphEdits.NONE);
            assertThat(one.toByteString()).isEqualTo(other.toByteString());
        }
    }

    @Test
    void recordsProvenanceAndKeepsOtherMetadata() {
        TestModel given = product();
        ModelProto source = given.proto().toBuilder()
                .addMetadataProps(entry("author", "somebody"))
                .addMetadataProps(entry("signet.version", "old"))
                .build();
        OnnxModel model = given.build().with(source);

        ModelProto packed = new ModelRewriter(model)
                .rewrite(
                        quantized(model),
                        Format.PACKED,
                        Provenance.of(Map.of(Provenance.VERSION, "new", Provenance.SOURCE, model.where())),
                        GraphEdits.NONE)
                .proto();

        assertThat(packed.getMetadataPropsList())
                .containsExactly(
                        entry("author", "somebody"),
                        entry("signet.bits", "3"),
                        entry("signet.format", "packed"),
                        entry("signet.source.sha256", "test.onnx"),
                        entry("signet.version", "new"));
    }

    @Test
    void takesWeightsOffTheGraphInputsAndRaisesTheIrVersion() {
        OnnxModel model = TestModel.opset(7, 3)
                .input("x", 3, 7)
                .input("w", 7, 5)
                .output("y")
                .weights("w", 7, 5)
                .node("MatMul", "x w", "y")
                .build();

        ModelProto packed = rewrite(model, quantized(model), Format.PACKED, GraphEdits.NONE);

        assertThat(packed.getGraph().getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactly("x");
        assertThat(packed.getIrVersion()).isEqualTo(8);
        assertThat(packed.getOpsetImportList())
                .extracting(opset -> opset.getDomain() + ":" + opset.getVersion())
                .containsExactly(":7", "dev.signet:1");
        assertThat(rewrite(model, quantized(model), Format.FLOAT, GraphEdits.NONE)
                        .getIrVersion())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"3, x", "4, x b"})
    void whatHadToBeListedBeforeVersion4StaysAConstant(int version, String inputs) {
        OnnxModel model = TestModel.opset(7, version)
                .input("x", 3, 7)
                .input("w", 7, 5)
                .input("b", 5)
                .output("y")
                .weights("w", 7, 5)
                .weights("b", 5)
                .node("MatMul", "x w", "p")
                .node("Add", "p b", "y")
                .build();

        for (Format format : List.of(Format.PACKED, Format.INLINE)) {
            assertThat(rewrite(model, quantized(model), format, GraphEdits.NONE)
                            .getGraph()
                            .getInputList())
                    .extracting(ValueInfoProto::getName)
                    .containsExactly(inputs.split(" "));
        }
    }

    @Test
    void leavesTheModelAsItIsWithoutWeights() {
        OnnxModel model = product().build();

        ModelProto rewritten = rewrite(model, Map.of(), Format.PACKED, GraphEdits.NONE);

        assertThat(rewritten.toBuilder().clearMetadataProps().build()).isEqualTo(model.proto());
    }

    @Test
    void quantizesTheRestOfAPackedModel() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("v", 7, 5)
                .weights("w", 5, 4)
                .node("MatMul", "x v", "a")
                .node("MatMul", "a w", "y")
                .build();
        Map<WeightTensor, MultiBitWeight> all = quantized(model);
        Map<WeightTensor, MultiBitWeight> first = new HashMap<>(all);
        first.keySet().removeIf(weight -> weight.name().equals("w"));

        OnnxModel half = model.with(rewrite(model, first, Format.PACKED, GraphEdits.NONE));
        ModelProto whole = rewrite(half, quantized(half), Format.PACKED, GraphEdits.NONE);

        assertThat(whole.getFunctionsCount()).isEqualTo(1);
        assertThat(OnnxRuntime.run(whole, 1))
                .isEqualTo(OnnxRuntime.run(rewrite(model, all, Format.PACKED, GraphEdits.NONE), 1));
    }

    @Test
    void refusesAnotherFunctionOfItsName() {
        OnnxModel given = product().build();
        String name = rewrite(given, quantized(given), Format.PACKED, GraphEdits.NONE)
                .getFunctions(0)
                .getName();
        OnnxModel model = given.with(given.proto().toBuilder()
                .addFunctions(FunctionProto.newBuilder().setDomain("dev.signet").setName(name))
                .build());

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> rewrite(model, quantized(model), Format.PACKED, GraphEdits.NONE))
                .withMessageContaining("another function");
    }

    @Test
    void refusesSignPlanesBeforeOpset7() {
        OnnxModel model = TestModel.opset(6)
                .input("x", 3, 7)
                .output("y")
                .weights("w", 7, 5)
                .node("MatMul", "x w", "y")
                .build();

        for (Format format : List.of(Format.PACKED, Format.INLINE)) {
            assertThatExceptionOfType(InputException.class)
                    .isThrownBy(() -> rewrite(model, quantized(model), format, GraphEdits.NONE))
                    .withMessageContaining("opset 6");
        }
    }

    @Test
    void givesAConvABias() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 1, 2, 3, 3)
                .output("y")
                .weights("w", 2, 2, 1, 1)
                .node("Conv", "x w", "y")
                .build();

        assertShifted(model, 0, new float[] {1, -2}, 9);
    }

    @Test
    void replacesAGemmsBiasAndItsFactor() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("w", 7, 2)
                .initializer(Tensors.floats("b", ElementType.FLOAT, new int[] {2}, 0, 0))
                .node(
                        "Gemm",
                        "x w b",
                        "y",
                        AttributeProto.newBuilder()
                                .setName("beta")
                                .setType(AttributeProto.AttributeType.FLOAT)
                                .setF(3)
                                .build())
                .build();

        assertShifted(model, 0, new float[] {1, -2}, 1);
        assertThat(rewrite(model, Map.of(), Format.FLOAT, biases(0, 1, -2))
                        .getGraph()
                        .getInitializerList())
                .as("the bias has its name")
                .extracting(tensor -> tensor.getName())
                .containsExactly("w", "b");
    }

    @Test
    void addsABiasAfterAMatMul() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("w", 7, 2)
                .node("MatMul", "x w", "y")
                .build();

        assertShifted(model, 0, new float[] {1, -2}, 1);
    }

    @Test
    void leavesASharedBiasToItsOtherUsers() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 1, 2, 3, 3)
                .output("z")
                .output("y")
                .weights("w", 2, 2, 1, 1)
                .initializer(Tensors.floats("b", ElementType.FLOAT, new int[] {2}, 0, 0))
                .node("Conv", "x w b", "z")
                .node("Conv", "x w b", "y")
                .build();

        ModelProto edited = rewrite(model, Map.of(), Format.FLOAT, biases(1, 5, 5));

        assertThat(OnnxRuntime.run(edited, 1)).as("z, the first output").isEqualTo(OnnxRuntime.run(model.proto(), 1));
        assertThat(edited.getGraph().getNode(0).getInput(2)).isEqualTo("b");
        assertThat(edited.getGraph().getNode(1).getInput(2)).isEqualTo("y.bias");
    }

    @Test
    void replacesNormalizationParameters() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 1, 2, 3, 3)
                .output("y")
                .initializer(Tensors.floats("one", ElementType.FLOAT, new int[] {2}, 1, 1))
                .initializer(Tensors.floats("zero", ElementType.FLOAT, new int[] {2}, 0, 0))
                .node(
                        "BatchNormalization",
                        "x one zero zero one",
                        "y",
                        AttributeProto.newBuilder()
                                .setName("epsilon")
                                .setType(AttributeProto.AttributeType.FLOAT)
                                .setF(0)
                                .build())
                .build();
        GraphEdits edits = new GraphEdits(
                Map.of(),
                Map.of(
                        0,
                        new GraphEdits.BatchNormalization(
                                new float[] {2, 1}, new float[] {1, 0}, new float[] {0, 3}, new float[] {1, 4})));

        float[] before = OnnxRuntime.run(model.proto(), 1);
        float[] after = OnnxRuntime.run(rewrite(model, Map.of(), Format.FLOAT, edits), 1);

        for (int i = 0; i < before.length; i++) {
            float expected = i < 9 ? 2 * before[i] + 1 : (before[i] - 3) / 2;
            assertThat(after[i]).isCloseTo(expected, within(1e-5f));
        }
    }

    @Test
    void correctsInTheTypeInWhichANodeComputes() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("w", ElementType.FLOAT16, 7, 2)
                .node("Cast", "x", "a", Attributes.type("to", ElementType.FLOAT16))
                .node("MatMul", "a w", "b")
                .node("Cast", "b", "y", Attributes.type("to", ElementType.FLOAT))
                .build();

        ModelProto edited = rewrite(model, Map.of(), Format.FLOAT, biases(1, 1, -2));

        float[] before = OnnxRuntime.run(model.proto(), 1);
        float[] after = OnnxRuntime.run(edited, 1);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i] + (i % 2 == 0 ? 1 : -2), within(0.01f));
        }
    }

    @Test
    void refusesEditsOfNodesThatCanNotHaveThem() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3)
                .output("y")
                .node("Relu", "x", "y")
                .build();

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> rewrite(model, Map.of(), Format.FLOAT, biases(0, 1)));
    }

    /** The output must be what it was plus the bias of its channel, of which each has {@code run} values in a row. */
    private static void assertShifted(OnnxModel model, int node, float[] bias, int run) {
        float[] before = OnnxRuntime.run(model.proto(), 1);
        float[] after = OnnxRuntime.run(rewrite(model, Map.of(), Format.FLOAT, biases(node, bias)), 1);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i] + bias[i / run % bias.length], within(1e-5f));
        }
    }

    private static GraphEdits biases(int node, float... bias) {
        return new GraphEdits(Map.of(node, bias), Map.of());
    }

    private static TestModel product() {
        return TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("w", 7, 5)
                .node("MatMul", "x w", "y");
    }

    private static Map<WeightTensor, MultiBitWeight> quantized(OnnxModel model) {
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        WeightScan.of(model)
                .weights()
                .forEach(weight -> weights.put(weight, Quantizer.greedy(3).quantize(weight.matrix())));
        return weights;
    }

    private static ModelProto rewrite(
            OnnxModel model, Map<WeightTensor, MultiBitWeight> weights, Format format, GraphEdits edits) {
        return new ModelRewriter(model)
                .rewrite(weights, format, Provenance.of(Map.of()), edits)
                .proto();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
