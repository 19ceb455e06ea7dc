package dev.signet.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.packed.MultiBitWeights;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.testkit.OnnxRuntime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a model can hold weights: quantized, written in the three formats, run in ONNX Runtime, compared. */
class EveryInputTest {
    @TempDir
    Path folder;

    /** A model, and which of its tensors are weights. */
    record Case(String description, TestModel model, List<String> weights) {
        Case withWeights(String... names) {
            return new Case(description, model, List.of(names));
        }

        @Override
        public String toString() {
            return description;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                        convolutions(),
                        products(),
                        transposedConvolutions(),
                        sources(),
                        elementTypes(),
                        ranges(),
                        oldOpsets(),
                        names())
                .flatMap(stream -> stream);
    }

    private static Stream<Case> convolutions() {
        return Stream.of(
                one("Conv 1-D", model(3, 20).weights("w", 4, 3, 5).node("Conv", "x w", "y")),
                one("Conv 2-D", model(3, 9, 9).weights("w", 4, 3, 3, 3).node("Conv", "x w", "y")),
                one("Conv 3-D", model(2, 5, 5, 5).weights("w", 3, 2, 2, 3, 2).node("Conv", "x w", "y")),
                one(
                        "Conv with bias",
                        model(3, 9, 9).weights("w", 4, 3, 3, 3).weights("b", 4).node("Conv", "x w b", "y")),
                one(
                        "grouped Conv",
                        model(6, 9, 9)
                                .weights("w", 4, 3, 3, 3)
                                .node("Conv", "x w", "y", Attributes.integer("group", 2))),
                one(
                        "depthwise Conv",
                        model(6, 9, 9)
                                .weights("w", 6, 1, 3, 3)
                                .node("Conv", "x w", "y", Attributes.integer("group", 6))),
                one(
                        "Conv and BatchNormalization",
                        model(3, 9, 9)
                                .weights("w", 4, 3, 3, 3)
                                .node("Conv", "x w", "c")
                                .initializer(Tensors.floats("scale", ElementType.FLOAT, new int[] {4}, 1, 2, 1, 2))
                                .initializer(Tensors.floats("shift", ElementType.FLOAT, new int[] {4}, 1, 0, 1, 0))
                                .initializer(Tensors.floats("mean", ElementType.FLOAT, new int[] {4}, 0, 1, 0, 1))
                                .initializer(Tensors.floats("variance", ElementType.FLOAT, new int[] {4}, 1, 4, 9, 1))
                                .node("BatchNormalization", "c scale shift mean variance", "y")));
    }

    private static Stream<Case> transposedConvolutions() {
        return Stream.of(
                one("ConvTranspose", model(3, 6, 6).weights("w", 3, 4, 3, 3).node("ConvTranspose", "x w", "y")),
                one("ConvTranspose 1-D", model(3, 6).weights("w", 3, 4, 3).node("ConvTranspose", "x w", "y")),
                one(
                        "grouped ConvTranspose",
                        model(6, 6, 6)
                                .weights("w", 6, 2, 3, 3)
                                .node("ConvTranspose", "x w", "y", Attributes.integer("group", 3))));
    }

    private static Stream<Case> products() {
        return Stream.of(
                one("Gemm", rows(7).weights("w", 7, 5).node("Gemm", "x w", "y")),
                one(
                        "Gemm transB",
                        rows(7).weights("w", 5, 7).node("Gemm", "x w", "y", Attributes.integer("transB", 1))),
                one(
                        "Gemm alpha beta bias",
                        rows(7).weights("w", 7, 5)
                                .weights("b", 5)
                                .node("Gemm", "x w b", "y", number("alpha", 0.5f), number("beta", 2))),
                one(
                        "Gemm with a constant left operand",
                        rows(7).weights("w", 5, 3).node("Gemm", "w x", "y")),
                one(
                        "Gemm with a transposed constant left operand",
                        rows(7).weights("w", 3, 5).node("Gemm", "w x", "y", Attributes.integer("transA", 1))),
                one("MatMul", rows(7).weights("w", 7, 5).node("MatMul", "x w", "y")),
                one(
                        "MatMul with a constant left operand",
                        rows(7).weights("w", 5, 3).node("MatMul", "w x", "y")),
                one("batched MatMul", model(2, 3, 7).weights("w", 2, 7, 5).node("MatMul", "x w", "y")),
                one(
                        "batched MatMul with a constant left operand",
                        model(2, 3, 7).weights("w", 2, 5, 3).node("MatMul", "w x", "y")));
    }

    private static Stream<Case> sources() {
        return Stream.of(
                one("Constant node", rows(7).constant("w", 7, 5).node("MatMul", "x w", "y")),
                one(
                        "behind Identity",
                        rows(7).weights("w", 7, 5).node("Identity", "w", "i").node("MatMul", "x i", "y")),
                one(
                        "behind a Cast",
                        rows(7).weights("w", ElementType.FLOAT16, 7, 5)
                                .node("Cast", "w", "c", Attributes.type("to", ElementType.FLOAT))
                                .node("MatMul", "x c", "y")),
                one(
                        "behind a Transpose",
                        rows(7).weights("w", 5, 7)
                                .node("Transpose", "w", "t", Attributes.integers("perm", 1, 0))
                                .node("MatMul", "x t", "y")),
                one(
                        "behind a Transpose without perm",
                        rows(7).weights("w", 5, 7).node("Transpose", "w", "t").node("MatMul", "x t", "y")),
                one(
                        "behind Reshape and Transpose",
                        rows(7).weights("w", 35, 1)
                                .initializer(Tensors.longs("s", 5, -1))
                                .node("Reshape", "w s", "r")
                                .node("Transpose", "r", "t")
                                .node("MatMul", "x t", "y")),
                one(
                        "behind Unsqueeze",
                        model(3, 20)
                                .weights("w", 4, 15)
                                .initializer(Tensors.longs("s", 4, 3, 5))
                                .node("Reshape", "w s", "r")
                                .node("Conv", "x r", "y")),
                one(
                        "behind a 3-D Transpose",
                        model(3, 20)
                                .weights("w", 5, 4, 3)
                                .node("Transpose", "w", "t", Attributes.integers("perm", 1, 2, 0))
                                .node("Conv", "x t", "y")),
                one(
                        "shared by two nodes",
                        model(4, 9, 9)
                                .weights("w", 4, 4, 3, 3)
                                .node("Conv", "x w", "c")
                                .node("Conv", "c w", "y")),
                one(
                        "listed as a graph input",
                        rows(7).weights("w", 7, 5).input("w", 7, 5).node("MatMul", "x w", "y")),
                new Case(
                        "two weights",
                        model(3, 9, 9)
                                .weights("v", 4, 3, 3, 3)
                                .weights("w", 5, 4, 1, 1)
                                .node("Conv", "x v", "c")
                                .node("Relu", "c", "r")
                                .node("Conv", "r w", "y"),
                        List.of("v", "w")),
                one(
                        "in float_data",
                        rows(2).initializer(TensorProto.newBuilder()
                                        .setName("w")
                                        .setDataType(ElementType.FLOAT.number())
                                        .addAllDims(List.of(2L, 3L))
                                        .addAllFloatData(List.of(1f, -2f, 3f, 0.5f, -0.25f, 4f))
                                        .build())
                                .node("MatMul", "x w", "y")));
    }

    private static Stream<Case> elementTypes() {
        return Stream.of(
                one("fp16", casted(ElementType.FLOAT16)),
                one("double", casted(ElementType.DOUBLE)),
                one(
                        "bf16 behind a Cast",
                        rows(7).weights("w", ElementType.BFLOAT16, 7, 5)
                                .node("Cast", "w", "c", Attributes.type("to", ElementType.FLOAT))
                                .node("MatMul", "x c", "y")));
    }

    /** Values whose coefficients leave fp16's range, and such that only just stay in it. */
    private static Stream<Case> ranges() {
        return Stream.of(1e6f, 1e-6f, 3e4f, 1e-20f).map(scale -> {
            float[] values = new float[35];
            for (int i = 0; i < values.length; i++) {
                values[i] = scale * (i % 11 - 4.5f);
            }
            return one(
                    "values around " + scale,
                    rows(7).initializer(Tensors.floats("w", ElementType.FLOAT, new int[] {7, 5}, values))
                            .node("MatMul", "x w", "y"));
        });
    }

    private static Stream<Case> oldOpsets() {
        return Stream.of(7, 8, 9, 10, 11, 12, 14, 15, 17, 18, 21)
                .map(opset -> one(
                        "opset " + opset,
                        TestModel.opset(opset, opset < 9 ? 3 : 7)
                                .input("x", 1, 3, 6, 6)
                                .input("w", 3, 5, 3, 3)
                                .output("y")
                                .weights("w", 3, 5, 3, 3)
                                .node("ConvTranspose", "x w", "y")));
    }

    private static Stream<Case> names() {
        return Stream.of("w/.:\u00fc\u4e2d", "w.planes", "x.coefficients")
                .map(name -> new Case(
                        "called " + name, rows(7).weights(name, 7, 5).node("MatMul", "x " + name, "y"), List.of(name)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void allFormatsComputeTheSame(Case given) {
        OnnxModel model = given.model().build();
        WeightScan scan = WeightScan.of(model);
        assertThat(scan.weights()).extracting(WeightTensor::name).containsExactlyElementsOf(given.weights());
        for (Quantizer quantizer : quantizers()) {
            Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
            scan.weights().forEach(weight -> weights.put(weight, quantizer.quantize(weight.matrix())));

            ModelProto packed = rewrite(model, weights, Format.PACKED);
            float[] expected = OnnxRuntime.run(rewrite(model, weights, Format.FLOAT), 3);

            assertThat(OnnxRuntime.run(packed, 3)).as("packed").isEqualTo(expected);
            ModelProto inline = rewrite(model, weights, Format.INLINE);
            assertThat(OnnxRuntime.run(inline, 3)).as("inline").isEqualTo(expected);
            assertThat(WeightScan.of(model.with(inline)).weights())
                    .as("an inline model has nothing left to quantize")
                    .isEmpty();
            assertFoldedToTheBit(packed, weights);
            assertReadBack(packed, weights);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eightBitsComeCloseToTheOriginal(Case given) {
        OnnxModel model = given.model().build();
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        WeightScan.of(model)
                .weights()
                .forEach(weight -> weights.put(weight, Quantizer.alternating(8).quantize(weight.matrix())));

        float[] quantized = OnnxRuntime.run(rewrite(model, weights, Format.PACKED), 3);
        float[] original = OnnxRuntime.run(model.proto(), 3);

        assertThat(quantized).hasSameSizeAs(original);
        double scale = 0;
        for (float value : original) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < original.length; i++) {
            assertThat((double) quantized[i]).isCloseTo(original[i], within(0.05 * scale));
        }
    }

    private static List<Quantizer> quantizers() {
        return List.of(
                Quantizer.greedy(3),
                Quantizer.greedy(1).offset(false).grouping(new Grouping.Layer()),
                Quantizer.greedy(2).grouping(new Grouping.Kernel()),
                Quantizer.greedy(5).grouping(new Grouping.Block(4)));
    }

    /** ONNX Runtime must expand weights once, when it loads the model, to what the core says. */
    private void assertFoldedToTheBit(ModelProto packed, Map<WeightTensor, MultiBitWeight> weights) {
        ModelProto folded = OnnxRuntime.folded(packed, folder);
        assertThat(folded.getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .doesNotContain("MultiBitWeight", "Gather", "Slice", "Add");
        TensorReader reader = new TensorReader(new OnnxModel(folded, folder, 0));
        weights.forEach((tensor, weight) -> folded.getGraph().getInitializerList().stream()
                .filter(initializer -> initializer.getName().equals(tensor.name()))
                .filter(initializer -> TensorReader.type(initializer) == ElementType.FLOAT)
                .forEach(initializer ->
                        assertThat(reader.floats(initializer)).isEqualTo(tensor.toTensorOrder(weight.dequantize()))));
    }

    private static void assertReadBack(ModelProto packed, Map<WeightTensor, MultiBitWeight> weights) {
        OnnxModel model = OnnxModel.of(packed, Path.of("packed.onnx"));
        assertThat(MultiBitWeights.in(model)).hasSameSizeAs(weights.entrySet()).allSatisfy(read -> {
            Map.Entry<WeightTensor, MultiBitWeight> written = weights.entrySet().stream()
                    .filter(entry -> entry.getKey().name().equals(read.name()))
                    .findFirst()
                    .orElseThrow();
            assertThat(read.weight()).usingRecursiveComparison().isEqualTo(written.getValue());
            assertThat(read.dequantize())
                    .isEqualTo(written.getKey().toTensorOrder(written.getValue().dequantize()));
        });
        assertThat(WeightScan.of(model).weights()).isEmpty();
        assertThat(WeightScan.of(model).kept())
                .filteredOn(kept -> kept.reason().equals("already a multi-bit weight"))
                .hasSameSizeAs(weights.entrySet());
    }

    private static ModelProto rewrite(OnnxModel model, Map<WeightTensor, MultiBitWeight> weights, Format format) {
        return new ModelRewriter(model).rewrite(weights, format).proto();
    }

    private static Case one(String description, TestModel model) {
        return new Case(description, model, List.of("w"));
    }

    /** A model with the output y and the input x [1, shape]. */
    private static TestModel model(int... shape) {
        int[] batch = new int[shape.length + 1];
        batch[0] = 1;
        System.arraycopy(shape, 0, batch, 1, shape.length);
        return TestModel.opset(13).input("x", batch).output("y");
    }

    /** A model with the output y and the input x [3, columns]. */
    private static TestModel rows(int columns) {
        return TestModel.opset(13).input("x", 3, columns).output("y");
    }

    /** A product in another element type, between Casts. */
    private static TestModel casted(ElementType type) {
        return rows(7).weights("w", type, 7, 5)
                .node("Cast", "x", "a", Attributes.type("to", type))
                .node("MatMul", "a w", "b")
                .node("Cast", "b", "y", Attributes.type("to", ElementType.FLOAT));
    }

    private static AttributeProto number(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }
}
