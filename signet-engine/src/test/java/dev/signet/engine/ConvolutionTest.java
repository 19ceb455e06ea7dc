package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Workers;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions by every algorithm, in both weight modes, on one thread and on three, against ONNX Runtime. */
class ConvolutionTest {
    private static final String PROPERTY = KernelChoice.CONVOLUTION;

    @AfterEach
    void chooseAgain() {
        System.clearProperty(PROPERTY);
    }

    private static OnnxModel model(Tensor x, Tensor w, Tensor bias, long groups, long[] pads) {
        ModelProto proto = OneNode.of("Conv", 15)
                .input(x)
                .constant(w)
                .constant(bias)
                .attribute("group", groups)
                .list("pads", pads)
                .model(1);
        return OnnxModel.of(proto, Path.of("model.onnx"));
    }

    private static OnnxModel packed(OnnxModel model, int bits, Grouping grouping) {
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor weight : WeightScan.of(model).weights()) {
            weights.put(weight, Quantizer.greedy(bits).grouping(grouping).quantize(weight.matrix()));
        }
        return new ModelRewriter(model).rewrite(weights, Format.PACKED);
    }

    private static void check(OnnxModel model, Tensor x, double tolerance) throws Exception {
        Tensor expected =
                OnnxRuntime.run(model.proto().toByteArray(), Map.of("x0", x)).getFirst();
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            for (WeightMode mode : WeightMode.values()) {
                Network network = Network.of(model, EngineOptions.DEFAULT.with(mode));
                assertAgree(network.run(x), expected, tolerance);
                assertAgree(network.run(Workers.of(pool, 3), List.of(x)).getFirst(), expected, tolerance);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.signet.engine.Cases#seeds")
    void agreesWithOnnxRuntime(int seed) throws Exception {
        Cases cases = new Cases(seed);
        System.setProperty(PROPERTY, cases.oneOf("winograd2", "winograd4"));
        int groups = cases.oneOf(1, 1, 2, 3);
        int channels = cases.oneOf(16, 32, cases.between(1, cases.oneOf(4, 40, 70)));
        int filters = cases.between(1, cases.oneOf(3, 33, 65));
        long[] pads = cases.list(4, 0, cases.oneOf(0, 1, 4));
        int height = cases.between(5, cases.oneOf(5, 9, 30));
        int width = cases.between(5, cases.oneOf(5, 17, 80, 140));
        Tensor x = cases.tensor(cases.between(1, 3), channels * groups, height, width);
        int side = cases.oneOf(3, 3, 5);
        Tensor w = cases.tensor(filters * groups, channels, side, side);
        OnnxModel model = model(x, w, cases.tensor(filters * groups), groups, pads);

        check(model, x, 2e-5);
        Grouping grouping = cases.oneOf(new Grouping.Filter(), new Grouping.Kernel(), new Grouping.Block(7));
        check(packed(model, cases.between(1, 5), grouping), x, 2e-5);
    }

    /** The error that the documentation states: of the largest output, for sums over 512 channels. */
    @ParameterizedTest
    @ValueSource(strings = {"winograd2", "winograd4"})
    void errorIsAsStated(String algorithm) throws Exception {
        System.setProperty(PROPERTY, algorithm);
        Cases cases = new Cases(1);
        Tensor x = cases.tensor(1, 512, 8, 8);
        OnnxModel model = model(x, cases.tensor(8, 512, 3, 3), cases.tensor(8), 1, new long[] {1, 1, 1, 1});

        check(model, x, algorithm.equals("winograd2") ? 3e-6 : 1e-5);
    }

    /** The shapes of ResNet-18, where filters lie along the vectors as well as tiles. */
    @ParameterizedTest
    @CsvSource({
        "winograd2, 64, 56",
        "winograd4, 64, 56",
        "winograd2, 128, 28",
        "winograd4, 128, 28",
        "winograd2, 256, 14",
        "winograd4, 256, 14",
        "winograd2, 512, 7",
        "winograd4, 512, 7"
    })
    void largeLayersAgree(String algorithm, int channels, int side) throws Exception {
        System.setProperty(PROPERTY, algorithm);
        Cases cases = new Cases(3);
        Tensor x = cases.tensor(1, channels, side, side);
        OnnxModel model =
                model(x, cases.tensor(channels, channels, 3, 3), cases.tensor(channels), 1, new long[] {1, 1, 1, 1});

        check(model, x, 2e-5);
    }

    /** Windows of 5 x 5, and images whose rows take whole groups of tiles. */
    @ParameterizedTest
    @CsvSource({"5, 70, 64", "5, 20, 33", "3, 40, 128"})
    void wideImagesAgree(int window, int channels, int side) throws Exception {
        System.setProperty(PROPERTY, "winograd4");
        Cases cases = new Cases(4);
        Tensor x = cases.tensor(1, channels, side, side);
        Tensor w = cases.tensor(40, channels, window, window);
        long pad = window / 2;
        OnnxModel model = model(x, w, cases.tensor(40), 1, new long[] {pad, pad, pad, pad});

        check(model, x, 2e-5);
        check(packed(model, 3, new Grouping.Filter()), x, 2e-5);
    }

    /** So many filters that their sums are held in groups, of which the last panel is rounded up. */
    @Test
    void manyFiltersAgree() throws Exception {
        System.setProperty(PROPERTY, "direct");
        Cases cases = new Cases(6);
        Tensor x = cases.tensor(1, 8, 14, 14);
        OnnxModel model = model(x, cases.tensor(650, 8, 3, 3), cases.tensor(650), 1, new long[] {1, 1, 1, 1});

        check(model, x, 2e-6);
        check(packed(model, 3, new Grouping.Filter()), x, 2e-6);
    }

    /** 1 x 1: images of whole tiles and others, rows far apart, filters that fill panels and others. */
    @ParameterizedTest
    @CsvSource({"70, 24, 40", "200, 64, 40", "33, 7, 40", "20, 48, 64", "64, 100, 33", "300, 64, 8", "40, 650, 14"})
    void pointwiseLayersAgree(int channels, int filters, int side) throws Exception {
        Cases cases = new Cases(5);
        Tensor x = cases.tensor(2, channels, side, side);
        Tensor w = cases.tensor(filters, channels, 1, 1);
        OnnxModel model = model(x, w, cases.tensor(filters), 1, new long[4]);

        check(model, x, 2e-6);
        check(packed(model, 3, new Grouping.Filter()), x, 2e-6);
        check(packed(model, 2, new Grouping.Block(7)), x, 2e-6);
    }

    /** The choice by cost takes what is forced here where that is surely faster. */
    @ParameterizedTest
    @CsvSource({"64, 56, winograd4", "3, 32, direct"})
    void theFasterAlgorithmIsTaken(int channels, int side, String faster) {
        Cases cases = new Cases(2);
        Tensor x = cases.tensor(1, channels, side, side);
        OnnxModel model = model(x, cases.tensor(64, channels, 3, 3), cases.tensor(64), 1, new long[] {1, 1, 1, 1});
        System.setProperty(PROPERTY, faster);
        Tensor forced = Network.of(model, EngineOptions.DEFAULT).run(x);
        System.clearProperty(PROPERTY);

        assertThat(Network.of(model, EngineOptions.DEFAULT).run(x).copy().floats())
                .isEqualTo(forced.copy().floats());
    }
}
