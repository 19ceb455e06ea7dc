package dev.signet.onnx.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.WeightMatrix;
import dev.signet.onnx.InputException;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WeightScanTest {
    static Stream<Arguments> keptTensors() {
        return Stream.of(
                kept(
                        "not finite",
                        model().initializer(Tensors.floats("w", ElementType.FLOAT, new int[] {2, 1}, 1, Float.NaN)),
                        "MatMul",
                        "NaN"),
                kept(
                        "double beyond fp32",
                        model().initializer(Tensors.floats(
                                "w", ElementType.DOUBLE, new int[] {2, 1}, 1, Float.POSITIVE_INFINITY)),
                        "MatMul",
                        "infinite"),
                kept(
                        "all zero",
                        model().initializer(Tensors.floats("w", ElementType.FLOAT, new int[] {2, 2}, 0, 0, 0, 0)),
                        "MatMul",
                        "all its values are 0"),
                kept(
                        "empty",
                        model().initializer(Tensors.floats("w", ElementType.FLOAT, new int[] {2, 0})),
                        "MatMul",
                        "empty"),
                kept(
                        "integers",
                        model().initializer(Tensors.bytes("w", ElementType.INT8, new int[] {2, 2}, new byte[4])),
                        "MatMulInteger",
                        "int8"),
                kept("another operator", model().weights("w", 2, 2), "Add", "Add"),
                kept(
                        "the input of a Conv",
                        model().weights("w", 2, 2, 1, 1)
                                .weights("v", 2, 2, 1, 1)
                                .node("Conv", "w v", "c"),
                        "Add",
                        "not as its weights"),
                kept("a graph output", model().weights("w", 2, 2).output("w"), "MatMul", "an output of the graph"),
                kept("unused", model().weights("w", 2, 2).weights("u", 2, 2), "MatMul u", "used by nothing"),
                kept("repeated", model().weights("w", 2, 2).weights("w", 2, 2), "MatMul", "several initializers"),
                kept(
                        "used in two ways",
                        model().weights("w", 2, 2).node("Gemm", "x w", "g", Attributes.integer("transB", 1)),
                        "MatMul",
                        "different ways"),
                kept("also used otherwise", model().weights("w", 2, 2).node("Add", "x w", "a"), "MatMul", "'a' (Add)"),
                kept(
                        "both operands constant",
                        model().weights("w", 2, 2).node("MatMul", "w w", "p"),
                        "MatMul",
                        "constant, too"),
                kept(
                        "fake quantization",
                        model().weights("w", 2, 2)
                                .node("QuantizeLinear", "w s", "q")
                                .weights("s", 1),
                        "MatMul q",
                        "QuantizeLinear"),
                kept(
                        "a foreign domain",
                        model().weights("w", 2, 2)
                                .node(Attributes.node("MatMul", List.of("x", "w"), "f").toBuilder()
                                        .setDomain("com.example")
                                        .build()),
                        "MatMul",
                        "'f' (MatMul)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keptTensors")
    void keepsWithAReason(String description, TestModel model, String reason) {
        WeightScan scan = WeightScan.of(model.build());

        assertThat(scan.weights())
                .as(description)
                .extracting(WeightTensor::name)
                .doesNotContain("w");
        assertThat(scan.kept())
                .filteredOn(tensor -> tensor.name().equals("w"))
                .isNotEmpty()
                .allSatisfy(tensor -> assertThat(tensor.reason()).contains(reason));
    }

    @Test
    void listsWhatIsInSubgraphsAndSparse() {
        TestModel model = model().weights("w", 2, 2)
                .node("MatMul", "x w", "y")
                .node(NodeProto.newBuilder()
                        .setOpType("If")
                        .addInput("x")
                        .addOutput("z")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("then_branch")
                                .setType(AttributeProto.AttributeType.GRAPH)
                                .setG(GraphProto.newBuilder()
                                        .addInitializer(Tensors.floats(
                                                "inner", ElementType.FLOAT, new int[] {2, 2}, 1, 2, 3, 4))))
                        .build());
        model.graph()
                .addSparseInitializer(SparseTensorProto.newBuilder()
                        .setValues(Tensors.floats("sparse", ElementType.FLOAT, new int[] {1}, 1))
                        .setIndices(Tensors.longs("", 3))
                        .addAllDims(List.of(2L, 2L)));

        WeightScan scan = WeightScan.of(model.build());

        assertThat(scan.weights()).extracting(WeightTensor::name).containsExactly("w");
        assertThat(scan.kept()).extracting(KeptTensor::name).containsExactly("sparse", "inner");
        assertThat(scan.kept()).extracting(KeptTensor::bytes).containsExactly(12L, 16L);
    }

    @Test
    void sumsUpSmallTensorsAndListsInNetworkOrder() {
        WeightScan scan = WeightScan.of(model().weights("second", 2, 2)
                .weights("bias", 2)
                .weights("first", 2, 2)
                .node("Gemm", "x first bias", "a")
                .node("MatMul", "a second", "y")
                .build());

        assertThat(scan.weights()).extracting(WeightTensor::name).containsExactly("first", "second");
        assertThat(scan.small()).isEqualTo(new SmallTensors(1, 8));
        assertThat(scan.weights().get(0).uses())
                .containsExactly(new WeightUse(0, "a", "Gemm", 1, ElementType.FLOAT, false));
    }

    @Test
    void saysWhichTypeAnOperatorComputesIn() {
        WeightScan scan = WeightScan.of(model().weights("w", ElementType.FLOAT16, 2, 2)
                .node("Cast", "w", "c", Attributes.type("to", ElementType.FLOAT))
                .node("MatMul", "x c", "y")
                .build());

        WeightTensor weight = scan.weights().get(0);
        assertThat(weight.elementType()).isEqualTo(ElementType.FLOAT16);
        assertThat(weight.uses().get(0).type()).isEqualTo(ElementType.FLOAT);
        assertThat(weight.bytes()).isEqualTo(8);
    }

    /** Filters of a grouped transposed convolution, found by its definition: weight [channel, filter in group, kernel]. */
    @Test
    void takesGroupedConvTransposeApartByFilters() {
        int groups = 2;
        int channelsPerGroup = 3;
        int filtersPerGroup = 2;
        int kernel = 4;
        TensorProto stored =
                model().randomTensor("w", ElementType.FLOAT, groups * channelsPerGroup, filtersPerGroup, 2, 2);
        WeightTensor weight = WeightScan.of(model().initializer(stored)
                        .node("ConvTranspose", "x w", "y", Attributes.integer("group", groups))
                        .build())
                .weights()
                .get(0);
        float[] values = weight.reader().floats(stored);

        WeightMatrix matrix = weight.matrix();

        assertThat(matrix.filters()).isEqualTo(groups * filtersPerGroup);
        assertThat(matrix.inputs()).isEqualTo(channelsPerGroup * kernel);
        assertThat(matrix.kernelSize()).isEqualTo(kernel);
        for (int filter = 0; filter < matrix.filters(); filter++) {
            for (int channel = 0; channel < channelsPerGroup; channel++) {
                for (int k = 0; k < kernel; k++) {
                    int storedChannel = filter / filtersPerGroup * channelsPerGroup + channel;
                    int at = (storedChannel * filtersPerGroup + filter % filtersPerGroup) * kernel + k;
                    assertThat(matrix.values()[(filter * channelsPerGroup + channel) * kernel + k])
                            .isEqualTo(values[at]);
                }
            }
        }
        assertThat(weight.toTensorOrder(matrix.values())).isEqualTo(values);
    }

    @Test
    void refusesWeightsWhoseDataDoesNotMatch() {
        TensorProto lie = Tensors.floats("w", ElementType.FLOAT, new int[] {4}, 1, 2, 3, 4).toBuilder()
                .clearDims()
                .addDims(1L << 31)
                .addDims(1L << 31)
                .build();

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> WeightScan.of(
                        model().initializer(lie).node("MatMul", "x w", "y").build()))
                .withMessageContaining("'w'");
    }

    /** A model that also multiplies x by w (or another tensor), so that w would be a weight but for what was done before. */
    private static Arguments kept(String description, TestModel model, String use, String reason) {
        List<String> words = List.of((use + " w").split(" ", 3));
        return Arguments.of(description, model.node(words.get(0), "x " + words.get(1), "y"), reason);
    }

    private static TestModel model() {
        return TestModel.opset(13).input("x", 2, 2).output("y");
    }
}
