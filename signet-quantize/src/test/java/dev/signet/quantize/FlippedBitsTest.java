package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
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
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private record Written(ModelProto file, OnnxModel twin, Map<WeightTensor, MultiBitWeight> weights) {}

    private Written write(Format format) throws IOException {
        Path source =
                Files.write(folder.resolve("source.onnx"), network().proto().toByteArray());
        OnnxModel model = ModelFile.read(source);
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor weight : SmallNetwork.weights(model)) {
            weights.put(weight, Quantizer.refined(2).quantize(weight.matrix()));
        }
        assertThat(weights).hasSameSizeAs(WeightScan.of(model).weights());
        OnnxModel twin = new ModelRewriter(model).rewrite(weights, Format.FLOAT);
        return new Written(new ModelRewriter(model).rewrite(weights, format).proto(), twin, weights);
    }

    @ParameterizedTest
    @EnumSource(names = {"PACKED", "INLINE"})
    void everyBitOfEveryTensorCounts(Format format) throws IOException {
        Written written = write(format);
        assertThat(unseen(written.file(), written.twin(), written.weights())).isEmpty();
    }

    /** Of names, attributes, types and shapes: what passes all the same does the same, for callers who know its names. */
    @ParameterizedTest
    @EnumSource(names = {"PACKED", "INLINE"})
    void bitsBesideTheTensorsAreSeenOrChangeNothing(Format format) throws Exception {
        Written written = write(format);
        float[] expected = run(written.file().toByteArray());
        byte[] bytes = written.file().toByteArray();
        BitSet values = values(written.file(), bytes);
        int refused = 0;
        int passed = 0;
        // A step that is prime to 8 comes by all bits of a byte.
        for (int bit = 0; bit < 8 * bytes.length; bit += 31) {
            if (values.get(bit / 8)) {
                continue;
            }
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            if (passes(changed, written.twin(), written.weights())) {
                assertThat(run(changed)).as("bit " + bit).containsExactly(expected, within(1e-5f));
                passed++;
            } else {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(passed / 4).isGreaterThan(50);
    }

    private static BitSet values(ModelProto file, byte[] bytes) {
        BitSet values = new BitSet(bytes.length);
        for (TensorProto tensor : file.getGraph().getInitializerList()) {
            byte[] raw = tensor.getRawData().toByteArray();
            for (int at = 0; raw.length > 0 && at + raw.length <= bytes.length; at++) {
                if (Arrays.equals(bytes, at, at + raw.length, raw, 0, raw.length)) {
                    values.set(at, at + raw.length);
                }
            }
        }
        return values;
    }

    private static float[] run(byte[] model) throws OrtException {
        float[] pixels = new float[2 * 6 * 6];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 37 % 72 - 36) / 36f;
        }
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open("changed", model, 1);
                OnnxTensor input = OnnxTensor.createTensor(
                        OnnxRuntimeEnvironment.shared(), FloatBuffer.wrap(pixels), new long[] {1, 2, 6, 6})) {
            return Objects.requireNonNull(opened.run(Map.of("x", input)).get("y"))
                    .values();
        }
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
                if (passes(changed.build().toByteArray(), twin, weights)) {
                    unseen.add(tensor.getName() + " bit " + bit);
                }
                flipped++;
            }
        }
        assertThat(flipped).isGreaterThan(300);
        return unseen;
    }

    private boolean passes(byte[] changed, OnnxModel twin, Map<WeightTensor, MultiBitWeight> weights)
            throws IOException {
        Path file = Files.write(folder.resolve("written.onnx"), changed);
        try {
            new WrittenFile(file, folder.resolve("target.onnx"), QuantizeOptions.defaults(2), Map.of(), Map.of())
                    .verify(twin, weights.keySet());
            return true;
        } catch (NotAchievedException | InputException e) {
            return false;
        }
    }
}
