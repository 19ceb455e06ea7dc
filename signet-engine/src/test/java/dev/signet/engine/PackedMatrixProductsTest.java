package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.compute.Workers;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gemm, MatMul and convolutions of single pixels with packed weights, against ONNX Runtime on the same file: odd sizes, all numbers of bits, batches. */
class PackedMatrixProductsTest {
    static IntStream seeds() {
        return IntStream.range(0, 16);
    }

    private static OnnxModel packed(OneNode node, int bits, Grouping grouping) {
        var proto = node.model(1);
        OnnxModel model = OnnxModel.of(proto, Path.of("model.onnx"));
        WeightTensor tensor = WeightScan.of(model).weights().getFirst();
        MultiBitWeight weight = Quantizer.greedy(bits).grouping(grouping).quantize(tensor.matrix());
        return new ModelRewriter(model).rewrite(Map.of(tensor, weight), Format.PACKED);
    }

    private static OneNode node(Cases cases, Tensor x, int depth, int outputs, int seed) {
        if (seed % 3 == 0) {
            return OneNode.of("MatMul", 17).input(x).constant(cases.tensor(depth, outputs));
        }
        boolean transposed = seed % 3 == 1;
        OneNode node = OneNode.of("Gemm", 17)
                .input(x)
                .constant(transposed ? cases.tensor(outputs, depth) : cases.tensor(depth, outputs))
                .attribute("transB", transposed ? 1 : 0);
        if (cases.maybe()) {
            node.constant(cases.tensor(outputs)).attribute("alpha", 0.5f);
        }
        return node;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreeWithOnnxRuntime(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int depth = cases.oneOf(cases.between(150, 300), cases.between(20, 1500));
        int outputs = cases.oneOf(cases.between(60, 80), cases.between(20, 300));
        int bits = 1 + seed % 8;
        Grouping grouping = seed % 5 == 0 ? new Grouping.Block(37) : new Grouping.Filter();
        int batch = seed % 2 == 0 ? 1 : cases.between(2, 40);
        Tensor x = cases.tensor(batch, depth);
        check(packed(node(cases, x, depth, outputs, seed), bits, grouping), x);
    }

    /** Gemm that is no layer: its first matrix transposed, or a bias for each element. */
    @ParameterizedTest
    @MethodSource("seeds")
    void generalProductsAgreeWithOnnxRuntime(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int depth = cases.between(20, 90);
        int outputs = cases.between(20, 90);
        int batch = cases.between(1, 20);
        boolean transA = cases.maybe();
        boolean transB = cases.maybe();
        Tensor x = transA ? cases.tensor(depth, batch) : cases.tensor(batch, depth);
        OneNode node = OneNode.of("Gemm", 17)
                .input(x)
                .constant(transB ? cases.tensor(outputs, depth) : cases.tensor(depth, outputs))
                .constant(cases.tensor(batch, outputs))
                .attribute("transA", transA ? 1 : 0)
                .attribute("transB", transB ? 1 : 0)
                .attribute("beta", 0.5f);
        OnnxModel model = packed(node, 3, new Grouping.Filter());
        Tensor expected =
                OnnxRuntime.run(model.proto().toByteArray(), Map.of("x0", x)).getFirst();
        assertAgree(Network.of(model, EngineOptions.DEFAULT).run(x), expected, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pixelConvolutionsAgreeWithOnnxRuntime(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int channels = 32 * cases.between(1, 9) - cases.between(0, 2);
        int filters = 16 * cases.between(2, 12) - cases.between(0, 1);
        int side = cases.oneOf(1, 7, cases.between(2, 9), cases.between(10, 40));
        Tensor x = cases.tensor(cases.between(1, 2), channels, side, cases.between(1, 9));
        OneNode node = OneNode.of("Conv", 17).input(x).constant(cases.tensor(filters, channels, 1, 1));
        if (cases.maybe()) {
            node.constant(cases.tensor(filters));
        }
        if (cases.maybe()) {
            node.list("strides", 2, 1);
        }
        check(packed(node, 1 + seed % 8, new Grouping.Filter()), x);
    }

    private static void check(OnnxModel model, Tensor x) throws Exception {
        Tensor expected =
                OnnxRuntime.run(model.proto().toByteArray(), Map.of("x0", x)).getFirst();
        Network network = Network.of(model, EngineOptions.DEFAULT);
        assertAgree(network.run(x), expected, 1e-5);
        Network fast = Network.of(model, EngineOptions.DEFAULT.with(WeightMode.FAST));
        assertAgree(fast.run(x), expected, 1e-5);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Tensor shared = network.run(Workers.of(pool, 3), List.of(x)).getFirst();
            assertAgree(shared, network.run(x), 1e-6);
        }
        long bytes = model.proto().getSerializedSize();
        assertThat(network.weightBytes()).isLessThan(bytes * 115 / 100);
    }
}
