package dev.signet.onnx.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.InputException;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.tensor.ElementType;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiBitWeightsTest {
    private static final int PLANES = 0;
    private static final int COEFFICIENTS = 1;
    private static final int OFFSETS = 2;

    @Test
    void readsWhatWasWritten() {
        assertThat(MultiBitWeights.in(packed())).singleElement().satisfies(weight -> {
            assertThat(weight.name()).isEqualTo("w");
            assertThat(weight.shape()).containsExactly(7, 5);
            assertThat(weight.view()).containsExactly(5, 7);
            assertThat(weight.permutation()).containsExactly(1, 0);
            assertThat(weight.weight().bits()).isEqualTo(2);
            assertThat(weight.weight().layout().groupsPerRow()).isEqualTo(2);
        });
    }

    @Test
    void recognizesByTheFunctionsBodyNotByItsName() {
        OnnxModel model = packed();
        ModelProto.Builder other = model.proto().toBuilder();
        other.getFunctionsBuilder(0).getNodeBuilder(0).setOpType("Identity");

        assertThat(MultiBitWeights.in(model.with(other.build()))).isEmpty();
        assertThat(MultiBitWeights.in(
                        model.with(model.proto().toBuilder().clearFunctions().build())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "codes, '10,2,5'",
        "codes, '10,9,4'",
        "codes, '10,0,4'",
        "codes, '0,2,4'",
        "codes, '-10,-2,4'",
        "codes, '10,2'",
        "codes, '2147483647,8,2147483647'",
        "codes, '9223372036854775807,2,4'",
        "code_count, '79'",
        "code_count, ''",
        "matrix, '5,7'",
        "matrix, '0,8'",
        "matrix, '4,10'",
        "matrix, '5'",
        "row_length, '3'",
        "row_length, '9'",
        "row_length, '-1'",
        "view, '5,6'",
        "view, '-5,-7'",
        "view, '65536,65536,65536,65536'",
        "perm, '0,0'",
        "perm, '0,2'",
        "perm, '0'",
        "shape, '35,2'",
        "shape, '0,35'",
    })
    void refusesAttributesThatContradict(String attribute, String values) {
        refuses(graph -> {
            NodeProto.Builder call = graph.getNodeBuilder(0);
            for (var builder : call.getAttributeBuilderList()) {
                if (builder.getName().equals(attribute)) {
                    builder.clearInts();
                    for (String value : values.split(",", -1)) {
                        if (!value.isEmpty()) {
                            builder.addInts(Long.parseLong(value));
                        }
                    }
                }
            }
        });
    }

    @Test
    void refusesInputsThatDoNotFit() {
        int[] coefficients = {10, 1, 2};
        refuses(graph ->
                graph.setInitializer(PLANES, Tensors.bytes("w.planes", ElementType.UINT8, new int[] {9}, new byte[9])));
        refuses(graph -> graph.setInitializer(
                PLANES, Tensors.bytes("w.planes", ElementType.INT8, new int[] {10}, new byte[10])));
        refuses(graph -> graph.getInitializerBuilder(PLANES).setDims(0, 1L << 40));
        refuses(graph -> graph.removeInitializer(COEFFICIENTS));
        refuses(graph -> graph.setInitializer(
                COEFFICIENTS, Tensors.floats("w.coefficients", ElementType.DOUBLE, coefficients, new float[20])));
        refuses(graph -> graph.setInitializer(
                COEFFICIENTS,
                Tensors.floats("w.coefficients", ElementType.FLOAT16, new int[] {20, 1, 1}, new float[20])));
        for (float bad : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = new float[20];
            values[4] = bad;
            refuses(graph -> graph.setInitializer(
                    COEFFICIENTS, Tensors.floats("w.coefficients", ElementType.FLOAT16, coefficients, values)));
        }
        refuses(graph ->
                graph.setInitializer(OFFSETS, Tensors.floats("w.offsets", ElementType.FLOAT16, new int[] {1}, 1)));
        refuses(graph ->
                graph.setInitializer(OFFSETS, Tensors.floats("w.offsets", ElementType.FLOAT, new int[] {1}, 0)));
    }

    private static void refuses(Consumer<GraphProto.Builder> change) {
        OnnxModel model = packed();
        ModelProto.Builder changed = model.proto().toBuilder();
        change.accept(changed.getGraphBuilder());
        assertThat(changed.build()).isNotEqualTo(model.proto());
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> MultiBitWeights.in(model.with(changed.build())))
                .withMessageContaining("test.onnx");
    }

    /** Five filters of seven weights in groups of four, two bits: 10 groups, 80 codes, 10 bytes. */
    private static OnnxModel packed() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 3, 7)
                .output("y")
                .weights("w", 7, 5)
                .node("MatMul", "x w", "y")
                .build();
        WeightTensor tensor = WeightScan.of(model).weights().get(0);
        MultiBitWeight weight =
                Quantizer.greedy(2).grouping(new Grouping.Block(4)).quantize(tensor.matrix());
        return new ModelRewriter(model).rewrite(Map.of(tensor, weight), Format.PACKED);
    }
}
