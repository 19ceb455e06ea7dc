package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Workers;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.product.SlabMatrix;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products by table lookups, which round activations, against the engine without them. */
class RoundedProductsTest {
    private static final EngineOptions ROUNDING = EngineOptions.DEFAULT.with(Precision.BOUNDED);

    @AfterEach
    void chooseAgain() {
        System.clearProperty(KernelChoice.CONVOLUTION);
    }

    private static OnnxModel original(OneNode node) {
        ModelProto proto = node.model(1);
        return OnnxModel.of(proto, Path.of("model.onnx"));
    }

    private static MultiBitWeight weight(OneNode node, int bits) {
        WeightTensor tensor = WeightScan.of(original(node)).weights().getFirst();
        return Quantizer.greedy(bits).grouping(new Grouping.Filter()).quantize(tensor.matrix());
    }

    private static OnnxModel packed(OneNode node, int bits) {
        OnnxModel model = original(node);
        WeightTensor tensor = WeightScan.of(model).weights().getFirst();
        return new ModelRewriter(model).rewrite(Map.of(tensor, weight(node, bits)), Format.PACKED);
    }

    /** Root of the mean squared difference, relative. */
    private static double change(Tensor actual, Tensor right) {
        assertThat(actual.shape()).isEqualTo(right.shape());
        double changes = 0;
        double values = 0;
        for (int i = 0; i < right.size(); i++) {
            changes += Math.pow(actual.floats()[i] - right.floats()[i], 2);
            values += Math.pow(right.floats()[i], 2);
        }
        return Math.sqrt(changes / values);
    }

    @ParameterizedTest
    @MethodSource("dev.signet.engine.Cases#seeds")
    void agreeWithinTheTolerance(int seed) throws Exception {
        Cases cases = new Cases(seed);
        System.setProperty(KernelChoice.CONVOLUTION, "lookup");
        int channels = cases.oneOf(32, 64, cases.between(8, 80), cases.between(500, 700));
        int filters = cases.oneOf(16, 64, cases.between(30, 32), cases.between(140, 144));
        int side = cases.oneOf(1, 1, 3);
        int height = cases.between(6, cases.oneOf(8, 12, 40));
        int width = cases.between(8, cases.oneOf(9, 16, 40));
        Tensor x = cases.tensor(cases.between(1, 2), channels, height, width);
        OneNode node = OneNode.of("Conv", 15)
                .input(x)
                .constant(cases.tensor(filters, channels, side, side))
                .constant(cases.tensor(filters));
        if (side == 3) {
            node.list("pads", cases.list(4, 0, 2));
        }
        if (cases.maybe() && height > 8) {
            node.list("strides", 2, 1);
        }
        int bits = cases.between(1, 4);
        OnnxModel model = packed(node, bits);
        Tensor exact = Network.of(model, EngineOptions.DEFAULT).run(x);
        assertAgree(
                exact,
                OnnxRuntime.run(model.proto().toByteArray(), Map.of("x0", x)).getFirst(),
                1e-5);

        Tensor rounded = Network.of(model, ROUNDING).run(x);
        assertThat(change(rounded, exact)).isLessThan(0.012);
        if (SlabMatrix.fits(weight(node, bits)) && rounded.shape().product(2, 4) > 32) {
            assertThat(change(rounded, exact)).as("something is rounded").isGreaterThan(1e-4);
        }
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Network fast = Network.of(model, EngineOptions.FASTEST);
            // Which columns are left over, and computed exactly, depends on how many share the work.
            Tensor shared = fast.run(Workers.of(pool, 3), List.of(x)).getFirst();
            assertThat(change(shared, exact)).isLessThan(0.012);
            assertThat(change(fast.run(Workers.of(pool, 3), List.of(x)).getFirst(), shared))
                    .isZero();
        }
    }

    /** One dimension, and windows of which every second column counts. */
    @ParameterizedTest
    @CsvSource({"3, 1, 1", "5, 2, 2"})
    void signalsAgreeWithinTheTolerance(int taps, long stride, long dilation) throws Exception {
        Cases cases = new Cases(taps);
        System.setProperty(KernelChoice.CONVOLUTION, "lookup");
        Tensor x = cases.tensor(2, 64, 300);
        OneNode node = OneNode.of("Conv", 15)
                .input(x)
                .constant(cases.tensor(48, 64, taps))
                .list("strides", stride)
                .list("dilations", dilation);
        OnnxModel model = packed(node, 2);
        Tensor exact = Network.of(model, EngineOptions.DEFAULT).run(x);
        assertAgree(
                exact,
                OnnxRuntime.run(model.proto().toByteArray(), Map.of("x0", x)).getFirst(),
                1e-5);
        assertThat(change(Network.of(model, ROUNDING).run(x), exact)).isBetween(1e-4, 0.012);
    }

    @ParameterizedTest
    @CsvSource({"64, 64, 1", "2048, 1000, 2", "300, 64, 3", "5000, 48, 4", "9000, 160, 1"})
    void fullyConnectedLayersAgreeWithinTheTolerance(int inputs, int outputs, int bits) {
        Cases cases = new Cases(inputs);
        Tensor x = cases.tensor(1, inputs);
        OnnxModel model = packed(OneNode.of("MatMul", 17).input(x).constant(cases.tensor(inputs, outputs)), bits);
        Tensor exact = Network.of(model, EngineOptions.DEFAULT).run(x);
        double change = change(Network.of(model, ROUNDING).run(x), exact);
        assertThat(change).isLessThan(0.012);
        assertThat(change > 1e-5).isEqualTo(KernelChoice.kernels().slabs().hasByteTables());
    }

    /** Where lookups pay, they are taken without being forced, and where a convolution is a Winograd convolution they are not. */
    @ParameterizedTest
    @CsvSource({"1, 1, true", "3, 2, true", "3, 1, false"})
    void areChosenByCost(int side, long stride, boolean rounded) {
        Cases cases = new Cases(1);
        Tensor x = cases.tensor(1, 128, 28, 28);
        OneNode node = OneNode.of("Conv", 15)
                .input(x)
                .constant(cases.tensor(128, 128, side, side))
                .list("strides", stride, stride)
                .list("pads", side / 2, side / 2, side / 2, side / 2);
        OnnxModel model = packed(node, 2);
        Tensor exact = Network.of(model, EngineOptions.DEFAULT).run(x);
        double change = change(Network.of(model, ROUNDING).run(x), exact);
        assertThat(change > 0).isEqualTo(rounded);
        assertThat(change(
                        Network.of(model, EngineOptions.DEFAULT.with(WeightMode.FAST))
                                .run(x),
                        exact))
                .isLessThan(1e-5);
    }

    /** Differences of large inputs: what is left after rounding them is mostly error. */
    @Test
    void aNetworkThatDoesNotBearItIsRunExactly() {
        System.setProperty(KernelChoice.CONVOLUTION, "lookup");
        float[] weights = new float[64 * 64];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i + i / 64) % 2 == 0 ? 1 : -1;
        }
        float[] values = new float[64 * 100];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1000 + i * 37 % 11;
        }
        Tensor x = Tensor.of(values, 1, 64, 10, 10);
        OnnxModel model = packed(OneNode.of("Conv", 15).input(x).constant(Tensor.of(weights, 64, 64, 1, 1)), 1);
        Tensor exact = Network.of(model, EngineOptions.DEFAULT).run(x);
        Network network = Network.of(model, ROUNDING);
        Session before = network.session(Workers.CALLER, x.shape());
        Session other = network.session(Workers.CALLER, x.shape());
        for (Session session : List.of(before, other, network.session(Workers.CALLER, x.shape()))) {
            System.arraycopy(values, 0, session.input(0).floats(), 0, values.length);
            for (int run = 0; run < 3; run++) {
                session.run();
                assertThat(change(session.output(0), exact)).isZero();
            }
        }
    }

    /** A session that was there before it was decided, and one of an input that says something else. */
    @Test
    void theFirstInputsDecide() {
        System.setProperty(KernelChoice.CONVOLUTION, "lookup");
        Cases cases = new Cases(2);
        Tensor x = cases.tensor(1, 64, 10, 10);
        OnnxModel model = packed(OneNode.of("Conv", 15).input(x).constant(cases.tensor(64, 64, 1, 1)), 2);
        Network network = Network.of(model, ROUNDING);
        Session before = network.session(Workers.CALLER, x.shape());
        Tensor first = network.run(x);
        assertThat(change(first, Network.of(model, EngineOptions.DEFAULT).run(x)))
                .isGreaterThan(1e-4);
        System.arraycopy(x.floats(), 0, before.input(0).floats(), 0, x.size());
        before.run();
        assertThat(change(before.output(0), first)).isZero();
    }
}
