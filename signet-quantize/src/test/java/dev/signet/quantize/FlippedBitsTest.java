package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A packed file whose weights are another's by one bit does not pass. */
class FlippedBitsTest {
    @TempDir
    Path folder;

    private static SmallNetwork network() {
        return new SmallNetwork(1)
                .input("x", 1, 2, 6, 6)
                .noise("w", 4, 2, 2, 2)
                .noise("b", 4)
                .node("Conv", "y", List.of("x", "w", "b"))
                .output("y");
    }

    @ParameterizedTest
    @EnumSource(names = {"PACKED", "INLINE"})
    void everyBitOfEveryTensorCounts(Format format) throws IOException {
        Path source =
                Files.write(folder.resolve("source.onnx"), network().proto().toByteArray());
        OnnxModel model = ModelFile.read(source);
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor weight : SmallNetwork.weights(model)) {
            weights.put(weight, Quantizer.refined(2).quantize(weight.matrix()));
        }
        assertThat(weights).hasSameSizeAs(WeightScan.of(model).weights());
        OnnxModel twin = new ModelRewriter(model).rewrite(weights, Format.FLOAT);
        ModelProto written = new ModelRewriter(model).rewrite(weights, format).proto();
        assertThat(unseen(written, twin, weights)).isEmpty();
    }

    /** Tensors and bits that a changed file passes with. */
    private List<String> unseen(ModelProto written, OnnxModel twin, Map<WeightTensor, MultiBitWeight> weights)
            throws IOException {
        List<String> unseen = new ArrayList<>();
        int flipped = 0;
        for (int i = 0; i < written.getGraph().getInitializerCount(); i++) {
            TensorProto tensor = written.getGraph().getInitializer(i);
            byte[] bytes = tensor.getRawData().toByteArray();
            for (int bit = 0; bit < 8 * bytes.length; bit++) {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                var changed = written.toBuilder();
                changed.getGraphBuilder().getInitializerBuilder(i).setRawData(ByteString.copyFrom(bytes));
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                if (passes(changed.build(), twin, weights)) {
                    unseen.add(tensor.getName() + " bit " + bit);
                }
                flipped++;
            }
        }
        assertThat(flipped).isGreaterThan(300);
        return unseen;
    }

    private boolean passes(ModelProto changed, OnnxModel twin, Map<WeightTensor, MultiBitWeight> weights)
            throws IOException {
        Path file = Files.write(folder.resolve("written.onnx"), changed.toByteArray());
        try {
            new WrittenFile(file, folder.resolve("target.onnx"), QuantizeOptions.defaults(2), Map.of(), Map.of())
                    .verify(twin, weights.keySet());
            return true;
        } catch (NotAchievedException | InputException e) {
            return false;
        }
    }
}
