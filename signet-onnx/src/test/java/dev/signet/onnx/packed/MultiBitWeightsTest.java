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
    private static final int CODES = 0;
    private static final int LEVELS = 1;

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
    }

    @Test
    void refusesCallsOfWhatIsNotThere() {
        OnnxModel model = packed();
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> MultiBitWeights.in(
                        model.with(model.proto().toBuilder().clearFunctions().build())))
                .withMessageContaining("truncated");
    }

    @ParameterizedTest
    @CsvSource({
        "rows, '4'",
        "rows, '0'",
        "rows, '-5'",
        "rows, '9223372036854775807'",
        "matrix, '5,7'",
        "matrix, '0,8'",
        "matrix, '4,10'",
        "matrix, '5'",
        "row, '3,1'",
        "row, '3,5'",
        "row, '9,-1'",
        "row, '8,0'",
        "row, '-1,9'",
        "row, '7'",
        "shape, '5,6'",
        "shape, '-5,-7'",
        "shape, '0,35'",
        "shape, '65536,65536,65536,65536'",
        "perm, '0,0'",
        "perm, '0,2'",
        "perm, '0'",
    })
    void refusesAttributesThatContradict(String attribute, String values) {
        refuses(graph -> {
            NodeProto.Builder call = graph.getNodeBuilder(0);
            for (var builder : call.getAttributeBuilderList()) {
                if (builder.getName().equals(attribute)) {
                    if (attribute.equals("rows")) {
                        builder.setI(Long.parseLong(values));
                        continue;
                    }
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
        int[] levels = {10, 3};
        refuses(graph ->
                graph.setInitializer(CODES, Tensors.bytes("c0", ElementType.UINT8, new int[] {9, 1}, new byte[9])));
        refuses(graph ->
                graph.setInitializer(CODES, Tensors.bytes("c0", ElementType.UINT8, new int[] {10}, new byte[10])));
        refuses(graph ->
                graph.setInitializer(CODES, Tensors.bytes("c0", ElementType.INT8, new int[] {10, 1}, new byte[10])));
        refuses(graph -> graph.getInitializerBuilder(CODES).setDims(0, 1L << 40));
        refuses(graph -> graph.removeInitializer(LEVELS));
        refuses(graph -> graph.setInitializer(LEVELS, Tensors.floats("a0", ElementType.DOUBLE, levels, new float[30])));
        refuses(graph -> graph.setInitializer(
                LEVELS, Tensors.floats("a0", ElementType.FLOAT16, new int[] {30, 1}, new float[30])));
        refuses(graph -> graph.setInitializer(
                LEVELS, Tensors.floats("a0", ElementType.FLOAT16, new int[] {10, 4}, new float[40])));
        for (float bad : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = new float[30];
            values[6] = bad;
            refuses(graph -> graph.setInitializer(LEVELS, Tensors.floats("a0", ElementType.FLOAT16, levels, values)));
        }
        float[] offset = new float[30];
        offset[2] = Float.NaN;
        refuses(graph -> graph.setInitializer(LEVELS, Tensors.floats("a0", ElementType.FLOAT16, levels, offset)));
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

    /** Five filters of seven weights in groups of four, two bits: 10 groups, 40 codes, 10 bytes. */
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
