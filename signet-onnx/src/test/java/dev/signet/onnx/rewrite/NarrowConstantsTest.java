package dev.signet.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.OnnxRuntime;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NarrowConstantsTest {
    private static float[] quarters(int count, int first) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (first + i) % 500 * 0.25f - 8;
        }
        return values;
    }

    private static TensorProto floats(String name, int[] shape, float... values) {
        return Tensors.floats(name, ElementType.FLOAT, shape, values);
    }

    /** A Conv with a bias, a normalization, a grid that is added, a mask, a table of indices. */
    private static OnnxModel model(int opset) {
        float[] mask = new float[48 * 48];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i % 3;
        }
        long[] indices = IntStream.range(0, 400).mapToLong(i -> i * 5 % 48).toArray();
        return TestModel.opset(opset)
                .input("x", 1, 2, 48, 48)
                .output("y")
                .weights("w", 64, 2, 1, 1)
                .initializer(floats("bias", new int[] {64}, quarters(64, 3)))
                .initializer(floats("scale", new int[] {64}, quarters(64, 33)))
                .initializer(floats("shift", new int[] {64}, quarters(64, 1)))
                .initializer(floats("mean", new int[] {64}, quarters(64, 2)))
                .initializer(floats("variance", new int[] {64}, quarters(64, 40)))
                .initializer(floats("grid", new int[] {1, 1, 48, 48}, quarters(48 * 48, 0)))
                .initializer(floats("mask", new int[] {1, 1, 48, 48}, mask))
                .initializer(Tensors.longs("indices", indices))
                .node("Conv", "x w bias", "conv")
                .node("BatchNormalization", "conv scale shift mean variance", "normalized")
                .node("Add", "normalized grid", "sum")
                .node("Mul", "sum mask", "masked")
                .node("Gather", "masked indices", "y", Attributes.integer("axis", 3))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11, 13, 18})
    void valuesStayAndBytesGo(int opset) {
        OnnxModel model = model(opset);

        OnnxModel narrow = NarrowConstants.of(model);

        assertThat(OnnxRuntime.run(narrow.proto(), 1)).isEqualTo(OnnxRuntime.run(model.proto(), 1));
        GraphProto graph = narrow.proto().getGraph();
        // 5 vectors and the grid as halves, the mask and the indices as bytes.
        assertThat(model.proto().getSerializedSize() - narrow.proto().getSerializedSize())
                .isGreaterThan(5 * 128 + 48 * 48 * (2 + 3) + 400 * 7 - 300);
        assertThat(graph.getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly(
                        "Cast", "Cast", "Cast", "Split", "Cast", "Conv", "BatchNormalization", "Add", "Mul", "Gather");
        assertThat(graph.getInitializerList())
                .extracting(TensorProto::getName)
                .contains("w")
                .doesNotContain("bias", "scale", "shift", "mean", "variance", "grid", "mask", "indices");
    }

    @Test
    void whatHalvesDoNotHoldStays() {
        float[] third = new float[64];
        Arrays.fill(third, 1 / 3f);
        float[] large = new float[64];
        Arrays.fill(large, 1e6f);
        OnnxModel model = TestModel.opset(13)
                .input("x", 1, 64)
                .output("y")
                .initializer(floats("third", new int[] {64}, third))
                .initializer(floats("large", new int[] {64}, large))
                .node("Mul", "x third", "product")
                .node("Add", "product large", "y")
                .build();

        assertThat(NarrowConstants.of(model)).isSameAs(model);
        OnnxModel rounded = HalfConstants.of(model, tensor -> true);
        assertThat(OnnxRuntime.run(NarrowConstants.of(rounded).proto(), 1))
                .isEqualTo(OnnxRuntime.run(rounded.proto(), 1));
        assertThat(rounded.proto().getGraph().getInitializer(0))
                .isEqualTo(floats("third", new int[] {64}, filled(Float.float16ToFloat(Float.floatToFloat16(1 / 3f)))));
        assertThat(rounded.proto().getGraph().getInitializer(1))
                .isEqualTo(model.proto().getGraph().getInitializer(1));
    }

    private static float[] filled(float value) {
        float[] values = new float[64];
        Arrays.fill(values, value);
        return values;
    }

    /** Runtimes read shapes before they compute anything; an output, an input, a body's tensor belong to others. */
    @Test
    void shapesAndWhatOthersSeeStay() {
        OnnxModel model = TestModel.opset(13)
                .input("x", 1, 64)
                .output("y")
                .output("seen")
                .initializer(Tensors.longs("shape", 1, 64))
                .initializer(floats("seen", new int[] {64}, quarters(64, 3)))
                .node("Add", "x seen", "sum")
                .node("Expand", "sum shape", "y")
                .build();

        assertThat(NarrowConstants.of(model)).isSameAs(model);
    }
}
