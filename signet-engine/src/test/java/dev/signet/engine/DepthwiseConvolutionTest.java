package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Filters of one channel, of any window, dilation and multiplier, against ONNX Runtime. */
class DepthwiseConvolutionTest {
    @ParameterizedTest
    @MethodSource("dev.signet.engine.Cases#seeds")
    void agreesWithOnnxRuntime(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int channels = cases.between(1, cases.oneOf(1, 5, 20));
        int multiplier = cases.oneOf(1, 1, 1, 2, 3);
        int height = cases.oneOf(3, 3, 5, 1, cases.between(1, 7));
        int width = cases.oneOf(3, 3, 5, 1, cases.between(1, 7));
        long dilation = cases.oneOf(1, 1, 2);
        int reachY = (int) dilation * (height - 1);
        int reachX = (int) dilation * (width - 1);
        int top = cases.between(0, reachY);
        int left = cases.between(0, reachX);
        long[] pads = seed % 2 == 0
                ? new long[] {reachY / 2, reachX / 2, reachY - reachY / 2, reachX - reachX / 2}
                : new long[] {top, left, reachY - top, reachX - left};
        Tensor x = cases.tensor(
                cases.between(1, 2),
                channels,
                cases.between(Math.max(1, reachY), 40),
                cases.between(Math.max(1, reachX), cases.oneOf(9, 17, 50)));
        Tensor w = cases.tensor(channels * multiplier, 1, height, width);
        check(
                OneNode.of("Conv", 15)
                        .input(x)
                        .constant(w)
                        .constant(cases.tensor(channels * multiplier))
                        .attribute("group", channels)
                        .list("dilations", dilation, dilation)
                        .list("pads", pads),
                x);
    }

    @ParameterizedTest
    @MethodSource("dev.signet.engine.Cases#seeds")
    void withStridesAndFewerOutputs(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int channels = cases.between(1, cases.oneOf(1, 5, 20));
        int multiplier = cases.oneOf(1, 1, 2, 4);
        int side = cases.oneOf(3, 3, 5, 2);
        Tensor x = cases.tensor(
                cases.between(1, 2), channels, cases.between(side, 40), cases.between(side, cases.oneOf(9, 17, 70)));
        long[] pads = {
            cases.between(0, side / 2),
            cases.between(0, side / 2),
            cases.between(0, side / 2),
            cases.between(0, side / 2)
        };
        check(
                OneNode.of("Conv", 15)
                        .input(x)
                        .constant(cases.tensor(channels * multiplier, 1, side, side))
                        .constant(cases.tensor(channels * multiplier))
                        .attribute("group", channels)
                        .list("strides", cases.list(2, 1, 3))
                        .list("pads", pads),
                x);
    }

    private static void check(OneNode node, Tensor x) throws Exception {
        ModelProto proto = node.model(1);
        OnnxModel model = OnnxModel.of(proto, Path.of("model.onnx"));
        Tensor expected = OnnxRuntime.run(proto.toByteArray(), Map.of("x0", x)).getFirst();
        Network network = Network.of(model, EngineOptions.DEFAULT);
        assertAgree(network.run(x), expected, 1e-5);
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            assertAgree(network.run(Workers.of(pool, 3), List.of(x)).getFirst(), expected, 1e-5);
        }
    }
}
