package dev.signet.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.packed.MultiBitWeights;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.store.PendingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files must give the one exception for bad input or a model, never another exception, and never take long. */
class DamagedFilesTest {
    private static final int MUTATIONS = 3000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void survivesRandomDamage() {
        byte[] original = original().toByteArray();
        byte[] packed = packed().toByteArray();
        Random random = new Random(42);

        int refused = Assertions.assertTimeout(LIMIT, () -> {
            int count = 0;
            for (int i = 0; i < MUTATIONS; i++) {
                count += isRefused(damaged(i % 2 == 0 ? original : packed, random)) ? 1 : 0;
            }
            return count;
        });

        assertThat(refused).as("damage that is found").isBetween(MUTATIONS / 4, MUTATIONS);
    }

    @Test
    void survivesEveryTruncation() {
        byte[] packed = packed().toByteArray();
        Assertions.assertTimeout(LIMIT, () -> {
            for (int length = 0; length < packed.length; length += 1 + length / 100) {
                assertThat(isRefused(Arrays.copyOf(packed, length)))
                        .as("%d of %d bytes", length, packed.length)
                        .isTrue();
            }
        });
    }

    /** One to three damages: a byte changed, a few bytes dropped or doubled. */
    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(1 + random.nextInt(4), bytes.length - at);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> {
                    System.arraycopy(bytes, at + length, bytes, at, bytes.length - at - length);
                    bytes = Arrays.copyOf(bytes, bytes.length - length);
                }
                default -> Arrays.fill(bytes, at, at + length, (byte) 0xff);
            }
        }
        return bytes;
    }

    /** Does with a file all that quantizing does. */
    private boolean isRefused(byte[] bytes) throws IOException {
        Path path = Files.write(folder.resolve("damaged.onnx"), bytes);
        try {
            OnnxModel model = ModelFile.read(path);
            MultiBitWeights.in(model)
                    .forEach(weight -> assertThat(weight.dequantize()).isNotEmpty());
            OnnxModel quantized = quantized(model);
            try (PendingFile pending = PendingFile.create(folder.resolve("out.onnx"), true, model)) {
                pending.write(quantized);
                pending.commit();
            }
            return false;
        } catch (InputException e) {
            assertThat(e.getMessage()).startsWith(path.toString()).doesNotContain("\n");
            return true;
        }
    }

    private static OnnxModel quantized(OnnxModel model) {
        Map<WeightTensor, MultiBitWeight> weights = new HashMap<>();
        WeightScan.of(model)
                .weights()
                .forEach(weight -> weights.put(weight, Quantizer.greedy(1).quantize(weight.matrix())));
        return new ModelRewriter(model).rewrite(weights, Format.PACKED);
    }

    private static ModelProto packed() {
        return quantized(model().build()).proto();
    }

    private static ModelProto original() {
        return model().proto();
    }

    private static TestModel model() {
        return TestModel.opset(13)
                .input("x", 1, 4, 5, 5)
                .output("y")
                .weights("v", 6, 2, 3, 3)
                .weights("b", 6)
                .weights("w", 6, 2, 2, 2)
                .constant("c", 2, 12)
                .node("Identity", "w", "i")
                .node("Transpose", "c", "t", Attributes.integers("perm", 1, 0))
                .node("Conv", "x v b", "p", Attributes.integer("group", 2))
                .node("ConvTranspose", "p i", "q", Attributes.integer("group", 2))
                .node("MatMul", "q t", "y");
    }
}
