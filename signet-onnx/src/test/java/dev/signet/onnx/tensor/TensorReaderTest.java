package dev.signet.onnx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorReaderTest {
    @TempDir
    Path folder;

    @Test
    void readsFloatsInEveryForm() {
        float[] expected = {1.5f, -2, 0.25f};
        TensorReader reader = reader();

        assertThat(reader.floats(tensor(ElementType.FLOAT)
                        .addAllFloatData(List.of(1.5f, -2f, 0.25f))
                        .build()))
                .containsExactly(expected);
        assertThat(reader.floats(tensor(ElementType.DOUBLE)
                        .addAllDoubleData(List.of(1.5, -2.0, 0.25))
                        .build()))
                .containsExactly(expected);
        assertThat(reader.floats(tensor(ElementType.FLOAT16)
                        .addAllInt32Data(List.of(0x3e00, 0xc000, 0x3400))
                        .build()))
                .containsExactly(expected);
        assertThat(reader.floats(tensor(ElementType.BFLOAT16)
                        .addAllInt32Data(List.of(0x3fc0, 0xc000, 0x3e80))
                        .build()))
                .containsExactly(expected);
        assertThat(reader.floats(tensor(ElementType.FLOAT)
                        .setRawData(shorts(0, 0x3fc0, 0, 0xc000, 0, 0x3e80))
                        .build()))
                .containsExactly(expected);
        assertThat(reader.floats(tensor(ElementType.FLOAT16)
                        .setRawData(shorts(0x3e00, 0xc000, 0x3400))
                        .build()))
                .containsExactly(expected);
        assertThat(reader.floats(tensor(ElementType.BFLOAT16)
                        .setRawData(shorts(0x3fc0, 0xc000, 0x3e80))
                        .build()))
                .containsExactly(expected);
    }

    @Test
    void readsIntegersInEveryForm() {
        TensorReader reader = reader();

        assertThat(reader.longs(tensor(ElementType.INT64)
                        .addAllInt64Data(List.of(1L, -1L, Long.MIN_VALUE))
                        .build()))
                .containsExactly(1, -1, Long.MIN_VALUE);
        assertThat(reader.longs(tensor(ElementType.UINT8)
                        .addAllInt32Data(List.of(0, 1, 255))
                        .build()))
                .containsExactly(0, 1, 255);
        assertThat(reader.longs(tensor(ElementType.INT16)
                        .setRawData(shorts(1, 0xffff, 0x8000))
                        .build()))
                .containsExactly(1, -1, -32768);
        assertThat(reader.longs(tensor(ElementType.UINT8)
                        .setRawData(ByteString.copyFrom(new byte[] {0, -1, 7}))
                        .build()))
                .containsExactly(0, 255, 7);
        assertThat(reader.floats(tensor(ElementType.INT8)
                        .setRawData(ByteString.copyFrom(new byte[] {0, -1, 7}))
                        .build()))
                .containsExactly(0, -1, 7);
    }

    @Test
    void readsScalarsAndEmptyTensors() {
        TensorProto.Builder scalar = TensorProto.newBuilder().setDataType(ElementType.FLOAT.number());
        assertThat(reader().floats(scalar.addFloatData(3).build())).containsExactly(3);
        TensorProto.Builder empty = TensorProto.newBuilder().setDataType(ElementType.FLOAT.number());
        assertThat(reader().floats(empty.addDims(0).addDims(5).build())).isEmpty();
    }

    @Test
    void readsExternalData() throws IOException {
        Files.write(
                folder.resolve("weights.bin"),
                shorts(9, 9, 0x3e00, 0xc000, 0x3400).toByteArray());
        TensorProto external = external("weights.bin", "4", "6");

        assertThat(reader().floats(external)).containsExactly(1.5f, -2, 0.25f);
        assertThat(reader().floats(external("weights.bin", "4", ""))).containsExactly(1.5f, -2, 0.25f);
    }

    /** Beyond 2^28 bytes, the number of bits is beyond an int. */
    @Test
    void readsLargeTensorsWhole() throws IOException {
        int elements = (1 << 26) + 1;
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("weights.bin").toFile(), "rw")) {
            file.setLength(4L * elements);
            file.seek(4L * (elements - 1));
            file.write(new byte[] {0, 0, 0x40, 0x40});
        }
        TensorProto large = external("weights.bin", "0", "").toBuilder()
                .setDataType(ElementType.FLOAT.number())
                .setDims(0, elements)
                .build();

        float[] values = reader().floats(large);

        assertThat(values.length).isEqualTo(elements);
        assertThat(values[elements - 1]).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "11", "9223372036854775807", "-1", "abc"})
    void refusesExternalOffsetsOutsideTheFile(String offset) throws IOException {
        Files.write(folder.resolve("weights.bin"), new byte[10]);

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> reader().floats(external("weights.bin", offset, "6")))
                .withMessageContaining("'w'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../weights.bin", "/etc/passwd", "sub/../../weights.bin", "", "link.bin", "sub"})
    void refusesLocationsThatLeaveTheFolder(String location) throws IOException {
        Path models = folder.resolve("models");
        Files.createDirectories(models.resolve("sub"));
        Path outside = Files.write(folder.resolve("weights.bin"), new byte[6]);
        Files.createSymbolicLink(models.resolve("link.bin"), outside);
        TensorReader reader =
                new TensorReader(new OnnxModel(ModelProto.getDefaultInstance(), models.resolve("model.onnx"), 0));

        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> reader.floats(external(location, "0", "6")))
                .withMessageContaining("'w'");
    }

    @Test
    void namesTheMissingFileAndTheTensor() {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> reader().floats(external("weights.bin", "0", "6")))
                .withMessageContaining("'w'")
                .withMessageContaining("weights.bin")
                .withMessageContaining("missing");
    }

    @Test
    void refusesLyingDimensionsBeforeAllocating() {
        for (List<Long> dims : List.<List<Long>>of(
                List.of(1L << 40),
                List.of(1L << 32, 1L << 32),
                List.of(-3L),
                List.of(-1L, -3L),
                List.of(4L),
                List.of())) {
            for (ElementType type : List.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.INT64)) {
                TensorProto.Builder lie = TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(type.number())
                        .addAllDims(dims);
                TensorProto raw =
                        lie.setRawData(ByteString.copyFrom(new byte[12])).build();
                TensorProto fields =
                        lie.clearRawData().addAllFloatData(List.of(1f, 2f, 3f)).build();
                for (TensorProto tensor : List.of(raw, fields)) {
                    assertThatExceptionOfType(InputException.class)
                            .as("%s %s", type, dims)
                            .isThrownBy(() -> read(tensor))
                            .withMessageContaining("'w'");
                }
            }
        }
    }

    private Object read(TensorProto tensor) {
        return TensorReader.type(tensor).isInteger() ? reader().longs(tensor) : reader().floats(tensor);
    }

    private TensorReader reader() {
        return new TensorReader(new OnnxModel(ModelProto.getDefaultInstance(), folder.resolve("model.onnx"), 0));
    }

    private static TensorProto.Builder tensor(ElementType type) {
        return TensorProto.newBuilder().setName("w").setDataType(type.number()).addDims(3);
    }

    private static TensorProto external(String location, String offset, String length) {
        return tensor(ElementType.FLOAT16)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", offset))
                .addExternalData(entry("length", length))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static ByteString shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
