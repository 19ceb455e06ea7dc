package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real models, quantized, give what they give in ONNX Runtime, in as little memory as their weights take in the file. */
@Tag("real")
class PackedModelsTest {
    static List<Path> models() throws IOException {
        return RealModelsTest.models();
    }

    private static Map<WeightTensor, MultiBitWeight> quantize(OnnxModel model, int bits, Grouping grouping) {
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        Quantizer quantizer = Quantizer.refined(bits).grouping(grouping);
        for (WeightTensor weight : WeightScan.of(model).weights()) {
            weights.put(weight, quantizer.quantize(weight.matrix()));
        }
        return weights;
    }

    private static OnnxModel rewrite(OnnxModel model, Map<WeightTensor, MultiBitWeight> weights, Format format) {
        return new ModelRewriter(model).rewrite(weights, format);
    }

    private static void check(Path path, OnnxModel packed) throws Exception {
        Network network = Network.of(packed, EngineOptions.DEFAULT);
        boolean style = path.toString().contains("style-transfer");
        Shape shape = RealModelsTest.shapes(network, path).getFirst();
        Tensor input = RealModelsTest.random(shape, style ? 255 : 1);
        Tensor expected = OnnxRuntime.run(
                        packed.proto().toByteArray(), Map.of(network.inputs().getFirst(), input))
                .getFirst();
        assertAgree(network.run(input), expected, 1e-4);
        assertAgree(
                Network.of(packed, EngineOptions.DEFAULT.with(WeightMode.FAST)).run(input), expected, 1e-4);
    }

    @ParameterizedTest
    @MethodSource("models")
    void agreeWithOnnxRuntimeAtTwoToFourBits(Path path) throws Exception {
        OnnxModel model = ModelFile.read(path);
        for (int bits = 2; bits <= 4; bits++) {
            check(path, rewrite(model, quantize(model, bits, new Grouping.Filter()), Format.PACKED));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void agreeInOtherGroupingsAndFormats(Path path) throws Exception {
        OnnxModel model = ModelFile.read(path);
        check(path, rewrite(model, quantize(model, 3, new Grouping.Kernel()), Format.PACKED));
        check(path, rewrite(model, quantize(model, 2, new Grouping.Block(37)), Format.PACKED));
        check(path, rewrite(model, quantize(model, 1, new Grouping.Layer()), Format.PACKED));
        check(path, rewrite(model, quantize(model, 3, new Grouping.Filter()), Format.INLINE));
    }

    @ParameterizedTest
    @MethodSource("models")
    void weightsStayPackedInMemory(Path path) {
        OnnxModel model = ModelFile.read(path);
        for (Grouping grouping : List.of(new Grouping.Filter(), new Grouping.Kernel())) {
            Map<WeightTensor, MultiBitWeight> weights = quantize(model, 3, grouping);
            OnnxModel packed = rewrite(model, weights, Format.PACKED);
            long packedBytes = weights.values().stream()
                    .mapToLong(MultiBitWeight::packedBytes)
                    .sum();
            long others = Network.of(model, EngineOptions.DEFAULT).weightBytes()
                    - 4
                            * weights.keySet().stream()
                                    .mapToLong(weight -> weight.matrix().size())
                                    .sum();

            // After a run: with whatever the kernels prepared.
            Network network = Network.of(packed, EngineOptions.DEFAULT);
            network.run(
                    RealModelsTest.random(RealModelsTest.shapes(network, path).getFirst(), 1));
            long resident = network.weightBytes() - others;

            assertThat(resident).isBetween(packedBytes, packedBytes * 115 / 100);
        }
    }
}
