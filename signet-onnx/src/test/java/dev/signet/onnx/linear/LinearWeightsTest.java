package dev.signet.onnx.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.EvenSolver;
import dev.signet.onnx.InputException;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.GraphBuilder;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearWeightsTest {
    private static final int OPSET = 25;

    /** Rows and inputs, how they are taken apart, transposed, and the shape of the tensor. */
    private static PackedWeight weight(
            int bits, boolean offset, GroupLayout layout, int[] view, int[] perm, int[] shape) {
        Random random = new Random(bits);
        float[] values = new float[layout.weights()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * (1 + i % 3) + 0.3);
        }
        float[] ones = new float[values.length];
        Arrays.fill(ones, 1);
        MultiBitWeight weight = new EvenSolver(bits, offset).solve(layout, values, ones);
        return new PackedWeight("w", weight, view, perm, shape, ElementType.FLOAT);
    }

    private static OnnxModel written(PackedWeight packed, int opset) {
        TestModel model = TestModel.opset(opset).input("x", 1).output("y");
        GraphBuilder graph = new GraphBuilder(operator -> "t" + graph(operator));
        LinearWeight.of(packed)
                .orElseThrow()
                .addSteps(graph, opset, name -> name)
                .forEach(model::initializer);
        graph.nodes().forEach(model::node);
        return model.build();
    }

    private static int names;

    private static String graph(String operator) {
        return operator + names++;
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "2,true", "2,false", "3,true", "4,true", "4,false", "5,true", "8,true", "8,false"})
    void isReadBackToTheBit(int bits, boolean offset) {
        PackedWeight packed =
                weight(bits, offset, new GroupLayout(5, 7, 1, 7), new int[] {5, 7}, new int[] {1, 0}, new int[] {7, 5});
        OnnxModel model = written(packed, OPSET);

        assertThat(model.proto().getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("DequantizeLinear");
        int stored = model.proto().getGraph().getInitializer(0).getDataType();
        assertThat(stored)
                .isEqualTo((bits <= 2 ? ElementType.INT2 : bits <= 4 ? ElementType.INT4 : ElementType.INT8).number());
        assertThat(LinearWeights.in(model)).singleElement().satisfies(read -> {
            assertThat(read.name()).isEqualTo("w");
            assertThat(read.shape()).containsExactly(7, 5);
            assertThat(read.dequantize()).isEqualTo(packed.dequantize());
            assertThat(read.weight().bits()).isEqualTo(bits);
        });
    }

    @ParameterizedTest
    @CsvSource({"13,INT8", "20,INT8", "21,INT4", "24,INT4", "25,INT2"})
    void numbersAreAsNarrowAsTheOpsetHasThem(int opset, ElementType type) {
        PackedWeight packed =
                weight(2, true, new GroupLayout(4, 6, 1, 6), new int[] {4, 6}, new int[] {0, 1}, new int[] {4, 6});
        OnnxModel model = written(packed, opset);
        assertThat(model.proto().getGraph().getInitializer(0).getDataType()).isEqualTo(type.number());
        assertThat(LinearWeights.in(model).getFirst().dequantize()).isEqualTo(packed.dequantize());
    }

    @Test
    void groupsThatAreNoDimensionAreRowsOfAMatrix() {
        PackedWeight packed =
                weight(4, true, new GroupLayout(4, 6, 2, 3), new int[] {4, 6}, new int[] {1, 0}, new int[] {6, 4});
        OnnxModel model = written(packed, OPSET);
        assertThat(model.proto().getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("DequantizeLinear", "Constant", "Reshape", "Transpose");
        assertThat(LinearWeights.in(model).getFirst().dequantize())
                .isEqualTo(packed.weight().dequantize());
    }

    @Test
    void freeLevelsAreNotOnALine() {
        float[] coefficients = {1, 0.3f};
        var free = new MultiBitWeight(
                new GroupLayout(1, 4, 1, 4),
                2,
                new byte[1],
                coefficients,
                new float[0],
                MultiBitWeight.CoefficientType.FLOAT32);
        int[] shape = {1, 4};
        assertThat(LinearWeight.of(new PackedWeight("w", free, shape, new int[] {0, 1}, shape, ElementType.FLOAT)))
                .isEmpty();
    }

    private static OnnxModel model(TensorProto numbers, TensorProto scale, TensorProto zero, int axis) {
        return TestModel.opset(OPSET)
                .input("x", 1)
                .output("y")
                .initializer(numbers)
                .initializer(scale)
                .initializer(zero)
                .node("DequantizeLinear", "q a z", "w", Attributes.integer("axis", axis))
                .build();
    }

    /** Somebody else's numbers: all values of the type, any zero points, the typed field in place of raw bytes. */
    @ParameterizedTest
    @EnumSource(LinearType.class)
    void readsWhatOthersWrite(LinearType type) {
        for (int axis : new int[] {0, 1, -1}) {
            int bits = type.type().bits();
            int[] numbers = new int[6 << bits];
            Arrays.setAll(numbers, i -> type.lowest() + i % (1 << bits));
            int[] shape = {2, 3, 1 << bits};
            int groups = shape[Math.floorMod(axis, 3)];
            int[] zeros = new int[groups];
            float[] scales = new float[groups];
            for (int g = 0; g < groups; g++) {
                zeros[g] = type.lowest() + g % (1 << bits);
                scales[g] = 0.125f * (g + 1);
            }
            TensorProto.Builder typed = TensorProto.newBuilder()
                    .setName("q")
                    .setDataType(type.type().number());
            Arrays.stream(shape).forEach(typed::addDims);
            for (byte b : type.pack(numbers)) {
                typed.addInt32Data(b);
            }
            TensorProto zero = Tensors.packed("z", type.type(), new int[] {groups}, type.pack(zeros));
            TensorProto scale = Tensors.floats("a", ElementType.FLOAT, new int[] {groups}, scales);

            float[] read = LinearWeights.in(model(typed.build(), scale, zero, axis))
                    .getFirst()
                    .dequantize();

            int inner = Math.floorMod(axis, 3) == 0 ? 3 << bits : Math.floorMod(axis, 3) == 1 ? 1 << bits : 1;
            for (int i = 0; i < read.length; i++) {
                int g = i / inner % groups;
                assertThat(read[i]).isEqualTo((numbers[i] - zeros[g]) * scales[g]);
            }
        }
    }

    private static TensorProto bytes(String name, int... shape) {
        return Tensors.bytes(
                name, ElementType.INT8, shape, new byte[Arrays.stream(shape).reduce(1, (a, b) -> a * b)]);
    }

    private static TensorProto scales(int... shape) {
        float[] ones = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        Arrays.fill(ones, 1);
        return Tensors.floats("a", ElementType.FLOAT, shape, ones);
    }

    @ParameterizedTest
    @CsvSource({"2,2,0", "3,3,2", "3,3,-3", "3,2,0", "3,3,9223372"})
    void refusesScalesThatDoNotFit(int scales, int zeros, int axis) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> LinearWeights.in(model(bytes("q", 3, 4), scales(scales), bytes("z", zeros), axis)))
                .withMessageContaining("do not fit");
    }

    @Test
    void refusesBytesThatAreNotThere() {
        TensorProto cut = bytes("q", 3, 4).toBuilder()
                .setDims(0, 1 << 20)
                .setDims(1, 1 << 9)
                .build();
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> LinearWeights.in(model(cut, scales(1 << 20), bytes("z", 1 << 20), 0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "-1", "Infinity", "3e38"})
    void leavesAloneWhatNoMultiBitWeightCanBe(float scale) {
        TensorProto a = Tensors.floats("a", ElementType.FLOAT, new int[] {1}, scale);
        assertThat(LinearWeights.in(model(bytes("q", 1, 4), a, bytes("z", 1), 0)))
                .isEmpty();
    }

    @Test
    void leavesAloneNetworksWithWholeNumberedActivations() {
        List<TensorProto> inputs = new ArrayList<>(List.of(bytes("q", 3, 4), scales(3), bytes("z", 3)));
        TestModel model = TestModel.opset(OPSET).input("x", 1).output("y");
        inputs.forEach(model::initializer);
        model.node("DequantizeLinear", "q a z", "w", Attributes.integer("axis", 0));
        model.node("QuantizeLinear", "x a z", "y");
        assertThat(LinearWeights.in(model.build())).isEmpty();
    }
}
