package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.core.compute.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelQuantizerTest {
    @TempDir
    private Path folder = Path.of("");

    private Path source = Path.of("");
    private Path target = Path.of("");

    @BeforeEach
    void makeModel() throws IOException {
        target = folder.resolve("small.onnx");
        source = Files.write(
                folder.resolve("source.onnx"),
                new SmallNetwork(1)
                        .input("x", 1, 8, 8, 8)
                        .noise("first", 64, 8, 3, 3)
                        .noise("second", 16, 64, 3, 3)
                        .node("Conv", "c", List.of("x", "first"))
                        .node("Conv", "y", List.of("c", "second"))
                        .output("y")
                        .proto()
                        .toByteArray());
    }

    private QuantizeReport quantize(ModelQuantizer.Verifier verifier) {
        return new ModelQuantizer(QuantizeOptions.defaults(3), Progress.NONE, verifier).quantize(source, target, true);
    }

    @Test
    void writesWhatItVerified() throws IOException {
        QuantizeReport report = quantize(WrittenFile::verify);
        assertThat(report.verification().passed()).isTrue();
        assertThat(Files.size(target)).isEqualTo(report.bytesAfter()).isLessThan(Files.size(source) / 5);
    }

    @Test
    void aFileThatIsNotWhatWasSolvedIsNotKept() throws IOException {
        byte[] before = Files.readAllBytes(source);
        Files.writeString(target, "what was there");
        assertThatThrownBy(() -> quantize((file, twin, tensors) -> {
                    damage(file.file());
                    return file.verify(twin, tensors);
                }))
                .isInstanceOf(NotAchievedException.class)
                .hasMessageContainingAll("small.onnx", "is decoded to another value", "nothing was kept");
        assertThat(target).hasContent("what was there");
        assertThat(source).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(source, target);
        }
    }

    /** Turns one sign of one weight. */
    private static void damage(Path file) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
            TensorProto.Builder codes = model.getGraphBuilder().getInitializerBuilderList().stream()
                    .filter(tensor -> tensor.getDataType() == TensorProto.DataType.UINT8.getNumber())
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = codes.getRawData().toByteArray();
            bytes[17] ^= 4;
            codes.setRawData(ByteString.copyFrom(bytes));
            Files.write(file, model.build().toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
