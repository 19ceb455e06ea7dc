package dev.signet.train.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.train.network.NetworkBuilder;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forward passes against ONNX Runtime, gradients against differences. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "PyTorch is there for Linux on x86-64 only")
class DifferentiableModelTest {
    private static final int[] INPUT = {2, 4, 6, 6};

    private NDManager manager = NDManager.newBaseManager();

    @BeforeEach
    void open() {
        manager = TorchEngine.open(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** A graph of one or a few nodes on [2, 4, 6, 6]. */
    enum Case {
        CONVOLUTION((n, x) -> n.convolution(x, "c", 4, 6, 3, 1, 1, true)),
        STRIDED((n, x) -> n.convolution(x, "c", 4, 6, 3, 2, 1, false)),
        PATCHES((n, x) -> n.convolution(x, "c", 4, 6, 4, 2, 1, false)),
        GROUPED((n, x) -> n.convolution(x, "c", 4, 8, 3, 1, 2, true)),
        UNEVEN_PADDING((n, x) -> n.node(
                "Conv",
                List.of(x, weights(n, "w", 3, 4, 3, 2)),
                Attributes.integers("pads", 0, 1, 2, 1),
                Attributes.integers("dilations", 2, 1))),
        SAME_LOWER((n, x) -> n.node("Conv", List.of(x, weights(n, "w", 3, 4, 2, 2)), text("auto_pad", "SAME_LOWER"))),
        NORMALIZED((n, x) -> n.node(
                "BatchNormalization",
                List.of(
                        x,
                        weights(n, "g", 4),
                        weights(n, "b", 4),
                        weights(n, "m", 4),
                        n.initializer(Tensors.floats("v", ElementType.FLOAT, new int[] {4}, 1, 2, .5f, 3))),
                NetworkBuilder.number("epsilon", 0.01f))),
        INSTANCES((n, x) -> n.node("InstanceNormalization", List.of(x, weights(n, "g", 4), weights(n, "b", 4)))),
        MAX_POOL((n, x) -> n.node(
                "MaxPool",
                List.of(x),
                Attributes.integers("kernel_shape", 3, 3),
                Attributes.integers("strides", 2, 2),
                Attributes.integers("pads", 1, 1, 1, 1))),
        UNEVEN_MAX_POOL((n, x) -> n.node(
                "MaxPool",
                List.of(x),
                Attributes.integers("kernel_shape", 2, 2),
                Attributes.integers("pads", 0, 0, 1, 1))),
        AVERAGE_POOL((n, x) -> n.node(
                "AveragePool",
                List.of(x),
                Attributes.integers("kernel_shape", 3, 3),
                Attributes.integers("strides", 2, 2),
                Attributes.integers("pads", 1, 1, 1, 1))),
        UNEVEN_AVERAGE_POOL((n, x) -> n.node(
                "AveragePool",
                List.of(x),
                Attributes.integers("kernel_shape", 3, 2),
                Attributes.integers("strides", 2, 2),
                Attributes.integers("pads", 1, 0, 0, 1))),
        ROUNDED_UP_AVERAGE_POOL((n, x) -> n.node(
                "AveragePool",
                List.of(x),
                Attributes.integers("kernel_shape", 3, 2),
                Attributes.integer("ceil_mode", 1),
                Attributes.integers("strides", 2, 2),
                Attributes.integers("pads", 1, 0, 1, 0))),
        COUNTED_AVERAGE_POOL((n, x) -> n.node(
                "AveragePool",
                List.of(x),
                Attributes.integers("kernel_shape", 2, 2),
                Attributes.integer("count_include_pad", 1),
                Attributes.integers("pads", 0, 1, 1, 0))),
        CLASSIFIER((n, x) ->
                n.fullyConnected(n.node("Flatten", List.of(n.node("GlobalAveragePool", List.of(x)))), "fc", 4, 5)),
        SCALED_GEMM((n, x) -> n.node(
                "Gemm",
                List.of(
                        n.node("Flatten", List.of(n.node("GlobalAveragePool", List.of(x)))),
                        weights(n, "w", 4, 3),
                        weights(n, "b", 3)),
                NetworkBuilder.number("alpha", 0.5f),
                NetworkBuilder.number("beta", 2))),
        PRODUCT((n, x) -> n.node("MatMul", List.of(x, weights(n, "w", 6, 5)))),
        ARITHMETIC((n, x) -> n.node(
                "Div",
                List.of(
                        n.node("Mul", List.of(n.node("Sub", List.of(x, weights(n, "a", 4, 1, 1))), x)),
                        n.node("Exp", List.of(n.node("Add", List.of(x, x))))))),
        LEAKY((n, x) -> n.node("LeakyRelu", List.of(x), NetworkBuilder.number("alpha", 0.2f))),
        PARAMETRIC((n, x) -> n.node("PRelu", List.of(x, weights(n, "slope", 4, 1, 1)))),
        CLIPPED((n, x) -> n.node("Clip", List.of(x, scalar(n, "low", -.5f), scalar(n, "high", .25f)))),
        BOUNDED((n, x) -> n.node("Tanh", List.of(n.node("Sigmoid", List.of(n.node("Neg", List.of(x))))))),
        SOFTMAX((n, x) -> n.node("Softmax", List.of(x), Attributes.integer("axis", -2))),
        RESHAPED((n, x) -> n.node("Reshape", List.of(x, integers(n, "s", 0, -1, 3)))),
        TRANSPOSED((n, x) -> n.node("Transpose", List.of(x), Attributes.integers("perm", 0, 2, 3, 1))),
        CONCATENATED((n, x) ->
                n.node("Concat", List.of(x, n.node("Relu", List.of(x))), Attributes.integer("axis", -3))),
        SLICED((n, x) -> n.node(
                "Slice",
                List.of(
                        x,
                        integers(n, "starts", -5, 1),
                        integers(n, "ends", 1_000_000, -1),
                        integers(n, "axes", 2, -1),
                        integers(n, "steps", 2, 1)))),
        PADDED((n, x) -> n.node("Pad", List.of(x, integers(n, "pads", 0, 1, 0, 2, 0, 2, 1, 0), scalar(n, "value", 7)))),
        ENLARGED_DCR((n, x) -> n.node("DepthToSpace", List.of(x), Attributes.integer("blocksize", 2))),
        ENLARGED_CRD(
                (n, x) -> n.node("DepthToSpace", List.of(x), Attributes.integer("blocksize", 2), text("mode", "CRD"))),
        RESIZED((n, x) -> n.node(
                "Resize",
                List.of(x, "", n.initializer(Tensors.floats("s", ElementType.FLOAT, new int[] {4}, 1, 1, 2, 3))),
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"))),
        AVERAGED((n, x) -> n.node("ReduceMean", List.of(x), Attributes.integers("axes", -2, 1))),
        AVERAGED_AWAY((n, x) ->
                n.node("ReduceMean", List.of(x), Attributes.integers("axes", 2, 3), Attributes.integer("keepdims", 0))),
        STRETCHED((n, x) -> n.node(
                "Squeeze",
                List.of(n.node("Unsqueeze", List.of(x, integers(n, "there", 1, -1))), integers(n, "away", 1))));

        @SuppressWarnings("ImmutableEnumChecker") // the lambdas capture nothing
        private final BiFunction<NetworkBuilder, String, String> nodes;

        Case(BiFunction<NetworkBuilder, String, String> nodes) {
            this.nodes = nodes;
        }

        OnnxModel model() {
            var builder = new NetworkBuilder("case", 3);
            String x = builder.input("x", INPUT);
            return builder.build(nodes.apply(builder, x), "y");
        }
    }

    @ParameterizedTest
    @EnumSource
    void computesWhatOnnxRuntimeComputes(Case nodes) {
        OnnxModel onnx = withOpenOutput(nodes.model());
        float[] values = values(INPUT, 5);
        float[] expected;
        try (OnnxRuntimeModel runtime =
                OnnxRuntimeModel.open("case", onnx.proto().toByteArray(), 1)) {
            expected = runtime.run(values, 2, 4, 6, 6).values();
        }
        try (DifferentiableModel model = DifferentiableModel.of(onnx, manager)) {
            float[] found = model.forward(manager.create(values, new Shape(2, 4, 6, 6)), false)
                    .toFloatArray();
            assertThat(found).hasSameSizeAs(expected);
            assertThat(found).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
        }
    }

    /** A bowl in the direction of each gradient: d loss = gradient * step. */
    @ParameterizedTest
    @EnumSource(
            names = {"CONVOLUTION", "GROUPED", "UNEVEN_PADDING", "NORMALIZED", "INSTANCES", "PARAMETRIC", "SCALED_GEMM"
            })
    void gradientsOfWeightsAreThoseOfDifferences(Case nodes) {
        try (DifferentiableModel model = DifferentiableModel.of(nodes.model(), manager)) {
            NDArray images = manager.create(values(INPUT, 5), new Shape(2, 4, 6, 6));
            model.requireGradients();
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                collector.backward(loss(model, images));
            }
            assertThat(model.parameters()).isNotEmpty();
            model.parameters().forEach((name, array) -> {
                float[] at = array.toFloatArray();
                float[] gradient = array.getGradient().toFloatArray();
                for (int i = 0; i < at.length; i += Math.max(1, at.length / 3)) {
                    float step = 1e-2f;
                    double slope =
                            (lossAt(model, images, array, at, i, step) - lossAt(model, images, array, at, i, -step))
                                    / (2 * step);
                    assertThat(slope)
                            .as("%s[%d]", name, i)
                            .isCloseTo(gradient[i], within(0.02 + 0.02 * Math.abs(slope)));
                }
            });
        }
    }

    private static double lossAt(
            DifferentiableModel model, NDArray images, NDArray weights, float[] at, int index, float step) {
        float[] moved = at.clone();
        moved[index] += step;
        weights.set(moved);
        double loss = loss(model, images).getFloat();
        weights.set(at);
        return loss;
    }

    private static NDArray loss(DifferentiableModel model, NDArray images) {
        return model.forward(images, false).square().sum().div(10);
    }

    @Test
    void batchStatisticsAreUsedAndRemembered() {
        try (DifferentiableModel model = DifferentiableModel.of(Case.NORMALIZED.model(), manager)) {
            float[] values = values(INPUT, 9);
            float before = array(model, "m").toFloatArray()[1];
            NDArray normal = model.forward(manager.create(values, new Shape(2, 4, 6, 6)), true);
            double mean = 0;
            for (int sample = 0; sample < 2; sample++) {
                for (int i = 0; i < 36; i++) {
                    mean += values[(sample * 4 + 1) * 36 + i] / 72.0;
                }
            }
            // ONNX's momentum is the weight of the past.
            assertThat((double) array(model, "m").toFloatArray()[1]).isCloseTo(0.9 * before + 0.1 * mean, within(1e-5));
            float shift = array(model, "b").toFloatArray()[1];
            assertThat(normal.get(":,1").mean().getFloat()).isCloseTo(shift, within(1e-4f));
        }
    }

    @Test
    void whatWasTrainedIsInTheModel() {
        try (DifferentiableModel model = DifferentiableModel.of(Case.CONVOLUTION.model(), manager)) {
            array(model, "c.bias").set(new float[] {1, 2, 3, 4, 5, 6});
            assertThat(model.trained().getGraph().getInitializerList())
                    .filteredOn(tensor -> tensor.getName().equals("c.bias"))
                    .containsExactly(Tensors.floats("c.bias", ElementType.FLOAT, new int[] {6}, 1, 2, 3, 4, 5, 6));
        }
    }

    @Test
    void statisticsAndConstantsAreNoParameters() {
        try (DifferentiableModel model = DifferentiableModel.of(Case.NORMALIZED.model(), manager)) {
            assertThat(model.parameters()).containsOnlyKeys("g", "b");
        }
        try (DifferentiableModel model = DifferentiableModel.of(Case.CLIPPED.model(), manager)) {
            assertThat(model.parameters()).isEmpty();
        }
    }

    @Test
    void otherOperatorsAreRefusedByName() {
        var builder = new NetworkBuilder("case", 3);
        OnnxModel model = builder.build(builder.node("Loop", List.of(builder.input("x", INPUT))), "y");
        assertThatThrownBy(() -> DifferentiableModel.of(model, manager))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'loop_0' (Loop)")
                .hasMessageContaining("BatchNormalization, Clip, Concat");
    }

    @Test
    void onlyWhatIsNeededRuns() {
        var builder = new NetworkBuilder("case", 3);
        String x = builder.input("x", INPUT);
        String inside = builder.convolution(x, "c", 4, 6, 3, 1, 1, false);
        OnnxModel onnx = builder.build(builder.node("Relu", List.of(inside)), "y");
        try (DifferentiableModel model = DifferentiableModel.of(onnx, manager)) {
            List<String> seen = new java.util.ArrayList<>();
            NDArray images = manager.create(values(INPUT, 5), new Shape(2, 4, 6, 6));
            NDArray found = model.forward(images, false, List.of(inside), (node, input) -> seen.add(node.getOpType()))
                    .getFirst();
            assertThat(seen).containsExactly("Conv");
            assertThat(found.getShape()).isEqualTo(new Shape(2, 6, 6, 6));
        }
    }

    private static NDArray array(DifferentiableModel model, String name) {
        return java.util.Objects.requireNonNull(model.arrays().get(name));
    }

    private static OnnxModel withOpenOutput(OnnxModel model) {
        var proto = model.proto().toBuilder();
        proto.getGraphBuilder()
                .getOutputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape();
        return model.with(proto.build());
    }

    private static float[] values(int[] shape, int seed) {
        var random = new Random(seed);
        float[] values = new float[shape[0] * shape[1] * shape[2] * shape[3]];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static String weights(NetworkBuilder network, String name, int... shape) {
        int size = 1;
        for (int d : shape) {
            size *= d;
        }
        float[] values = new float[size];
        var random = new Random(name.hashCode());
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return network.initializer(Tensors.floats(name, ElementType.FLOAT, shape, values));
    }

    private static String scalar(NetworkBuilder network, String name, float value) {
        return network.initializer(Tensors.floats(name, ElementType.FLOAT, new int[0], value));
    }

    private static String integers(NetworkBuilder network, String name, long... values) {
        return network.initializer(Tensors.longs(name, values));
    }

    private static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(com.google.protobuf.ByteString.copyFromUtf8(value))
                .build();
    }
}
