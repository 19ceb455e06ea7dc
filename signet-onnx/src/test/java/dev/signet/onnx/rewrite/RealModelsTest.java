package dev.signet.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.testkit.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("real")
class RealModelsTest {
    @TempDir
    Path folder;

    static List<Path> models() throws IOException {
        try (var files = Files.walk(Path.of(System.getProperty("signet.assets"), "models"))) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void allFormatsComputeTheSame(Path path) {
        OnnxModel model = ModelFile.read(path);
        WeightScan scan = WeightScan.of(model);
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        scan.weights().forEach(weight -> weights.put(weight, Quantizer.greedy(3).quantize(weight.matrix())));

        ModelProto packed = rewrite(model, weights, Format.PACKED);
        float[] expected = OnnxRuntime.run(rewrite(model, weights, Format.FLOAT), 32);

        assertThat(scan.weights()).isNotEmpty();
        assertThat(OnnxRuntime.run(packed, 32)).isEqualTo(expected);
        assertThat(OnnxRuntime.run(rewrite(model, weights, Format.INLINE), 32)).isEqualTo(expected);
        assertThat(OnnxRuntime.folded(packed, folder).getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .doesNotContain("MultiBitWeight", "Gather", "MatMul");
    }

    /** The article's network at 3 bits: 3/32 of the weights, coefficients, and all that describes them. */
    @Test
    void packsResNet20To14PerCent() {
        OnnxModel model = ModelFile.read(
                Path.of(System.getProperty("signet.assets"), "models/classification/resnet20-cifar10.onnx"));
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        WeightScan.of(model)
                .weights()
                .forEach(weight -> weights.put(weight, Quantizer.greedy(3).quantize(weight.matrix())));

        OnnxModel packed = new ModelRewriter(model).rewrite(weights, Format.PACKED);

        assertThat(packed.bytes()).isLessThan(model.bytes() * 14 / 100);
    }

    private static ModelProto rewrite(OnnxModel model, Map<WeightTensor, MultiBitWeight> weights, Format format) {
        return new ModelRewriter(model).rewrite(weights, format).proto();
    }
}
