package dev.signet.quantize.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.onnx.InputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyArrayTest {
    @TempDir
    Path folder;

    /** A version 1 file as numpy writes it, built by hand. */
    private static byte[] file(String header, byte[] data) {
        byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text)
                .put(data)
                .array();
    }

    private static NpyArray read(byte[] bytes) throws IOException {
        return NpyArray.read(new ByteArrayInputStream(bytes), "a.npy");
    }

    @Test
    void writesAndReadsTheSameArray() throws IOException {
        var array = new NpyArray(new int[] {2, 3}, new float[] {1, -2, 3.5f, 0, 1e-30f, 7});
        var out = new ByteArrayOutputStream();
        array.write(out);
        assertThat(out.size() % 4).isZero();
        NpyArray back = read(out.toByteArray());
        assertThat(back.shape()).containsExactly(2, 3);
        assertThat(back.values()).containsExactly(array.values());
    }

    @ParameterizedTest
    @CsvSource({"<f8", ">f8", "<f4", ">f4", "<f2", "|u1", "|i1", "<i2", "<i4", "<i8", "<u2"})
    void readsNumbersOfAllTypes(String type) throws IOException {
        int bytes = type.charAt(2) - '0';
        var data = ByteBuffer.allocate(2 * bytes)
                .order(type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int value : new int[] {3, 100}) {
            switch (type.substring(1)) {
                case "f8" -> data.putDouble(value);
                case "f4" -> data.putFloat(value);
                case "f2" -> data.putShort(Float.floatToFloat16(value));
                case "i8" -> data.putLong(value);
                case "i4" -> data.putInt(value);
                case "i2", "u2" -> data.putShort((short) value);
                default -> data.put((byte) value);
            }
        }
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': (2,), }".formatted(type);
        assertThat(read(file(header, data.array())).values()).containsExactly(3, 100);
    }

    @Test
    void turnsFortranOrderIntoRowMajor() throws IOException {
        byte[] data = {1, 4, 2, 5, 3, 6};
        NpyArray array = read(file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", data));
        assertThat(array.values()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
                "nonsense"
            })
    void refusesWhatItCanNotRead(String header) {
        assertThatThrownBy(() -> read(file(header, new byte[4]))).isInstanceOf(InputException.class);
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        var out = new ByteArrayOutputStream();
        new NpyArray(new int[] {3}, new float[] {1, 2, 3}).write(out);
        byte[] whole = out.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part)).isInstanceOf(InputException.class);
        }
    }

    @Test
    void keepsNamedArraysInAZip() throws IOException {
        Path file = folder.resolve("heat.npz");
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("layer1/conv:0", new NpyArray(new int[] {1, 2}, new float[] {1, 2}));
        arrays.put("fc", new NpyArray(new int[] {1}, new float[] {3}));
        NpzFile.write(file, arrays);
        byte[] first = Files.readAllBytes(file);
        NpzFile.write(file, arrays);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
        Map<String, NpyArray> back = NpzFile.read(file);
        assertThat(back.keySet()).containsExactly("layer1/conv:0", "fc");
        assertThat(back)
                .hasEntrySatisfying(
                        "layer1/conv:0", array -> assertThat(array.values()).containsExactly(1, 2));
    }

    @Test
    void refusesAFileThatIsNoZip() throws IOException {
        Path file = Files.writeString(folder.resolve("x.npz"), "hello");
        assertThatThrownBy(() -> NpzFile.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("x.npz");
    }
}
