package dev.signet.onnx.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.InputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileTest {
    @TempDir
    Path folder;

    @Test
    void readsAModel() throws IOException {
        ModelProto proto = minimal();
        Path path = write(proto.toByteArray());

        OnnxModel model = ModelFile.read(path);

        assertThat(model.proto()).isEqualTo(proto);
        assertThat(model.opset()).isEqualTo(13);
        assertThat(model.bytes()).isEqualTo(proto.getSerializedSize());
        assertThat(model.sha256()).hasSize(64).matches("[0-9a-f]+");
    }

    /** Sixty tensors on one range of a file would take sixty times its bytes; two are weights that are tied. */
    @ParameterizedTest
    @CsvSource({"60, 0, false", "60, 64, false", "2, 0, true"})
    void bytesThatManyTensorsShareAreBounded(int tensors, int step, boolean allowed) throws IOException {
        long length = 40 << 20;
        try (var data = new RandomAccessFile(folder.resolve("data").toFile(), "rw")) {
            // Sparse: it takes no room.
            data.setLength(length + 60 * 64);
        }
        ModelProto.Builder model = minimal().toBuilder();
        for (int i = 0; i < tensors; i++) {
            model.getGraphBuilder()
                    .addInitializer(TensorProto.newBuilder()
                            .setName("w" + i)
                            .setDataType(TensorProto.DataType.FLOAT.getNumber())
                            .addDims(length / 4)
                            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                            .addExternalData(entry("location", "data"))
                            .addExternalData(entry("offset", Long.toString((long) i * step)))
                            .addExternalData(entry("length", Long.toString(length))));
        }
        Path path = write(model.build().toByteArray());
        if (allowed) {
            assertThat(ModelFile.read(path).proto().getGraph().getInitializerCount())
                    .isEqualTo(tensors);
        } else {
            assertThatExceptionOfType(InputException.class)
                    .isThrownBy(() -> ModelFile.read(path))
                    .withMessageContainingAll(path.toString(), "share the same bytes");
        }
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    @ParameterizedTest
    @CsvSource({
        "PK\u0003\u0004rest of the archive, zip archive",
        "import torch, text file",
        "<!DOCTYPE html>, HTML page",
        "version https://git-lfs.github.com/spec/v1, Git LFS pointer",
    })
    void saysWhatAForeignFileIs(String content, String expected) throws IOException {
        Path path = write(content.getBytes(StandardCharsets.UTF_8));

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(path))
                .withMessageContaining(path.toString())
                .withMessageContaining(expected);
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(folder))
                .withMessageContaining("directory");
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(folder.resolve("missing.onnx")))
                .withMessageContaining("no such file");
        Path empty = write(new byte[0]);
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(empty))
                .withMessageContaining("empty");
    }

    @Test
    void refusesProtobufsThatAreNoModels() throws IOException {
        Path noGraph = write(minimal().toBuilder().clearGraph().build().toByteArray());
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(noGraph))
                .withMessageContaining("no graph");
        Path noOpset = write(minimal().toBuilder().clearOpsetImport().build().toByteArray());
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(noOpset))
                .withMessageContaining("operator set");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = minimal().toByteArray();
        for (int length = 0; length < whole.length; length++) {
            Path path = write(Arrays.copyOf(whole, length));
            assertThatExceptionOfType(InputException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> ModelFile.read(path));
        }
    }

    @Test
    void refusesFilesThatAreTooLarge() throws IOException {
        Path path = folder.resolve("large.onnx");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1L << 31);
        }
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(path))
                .withMessageContaining("external data");
    }

    @Test
    void refusesSubgraphsThatAreNestedTooDeep() throws IOException {
        GraphProto graph = GraphProto.getDefaultInstance();
        for (int depth = 0; depth < 200; depth++) {
            graph = GraphProto.newBuilder()
                    .addNode(NodeProto.newBuilder()
                            .addAttribute(AttributeProto.newBuilder().setG(graph)))
                    .build();
        }
        Path path = write(minimal().toBuilder().setGraph(graph).build().toByteArray());

        assertThatExceptionOfType(InputException.class).isThrownBy(() -> ModelFile.read(path));
    }

    @Test
    @Tag("real")
    void readsTheRealModels() throws IOException {
        Path models = Path.of(System.getProperty("signet.assets"), "models");
        try (var files = Files.walk(models)) {
            assertThat(files.filter(file -> file.toString().endsWith(".onnx")).map(ModelFile::read))
                    .hasSize(10)
                    .allSatisfy(model -> assertThat(model.opset()).isEqualTo(13));
        }
    }

    private static ModelProto minimal() {
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .setGraph(GraphProto.newBuilder()
                        .setName("empty")
                        .addOutput(ValueInfoProto.newBuilder().setName("y")))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .build();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.onnx"), bytes);
    }
}
