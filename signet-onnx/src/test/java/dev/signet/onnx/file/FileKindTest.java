package dev.signet.onnx.file;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.signet.onnx.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of other frameworks under a name that says nothing. */
class FileKindTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "archive/data.pkl, PyTorch checkpoint, torch.onnx.export",
        "net/code/__torch__.py|net/data.pkl, TorchScript, torch.onnx.export",
        "config.json|model.weights.h5, Keras model, format='onnx'",
        "weights.npy, NumPy, .onnx",
        "readme.txt, zip archive, unpack"
    })
    void archives(String names, String kind, String advice) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (String name : names.split("\\|", -1)) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(new byte[100]);
            }
        }
        refused(bytes.toByteArray(), kind, advice);
    }

    @ParameterizedTest
    @CsvSource({
        "80028a0a6cfc9c46f9206aa850192e, PyTorch checkpoint, torch.onnx.export",
        "8004950b00000000000000, Python pickle, torch.onnx.export",
        "1c00000054464c33140020, TensorFlow Lite, --tflite",
        "894844460d0a1a0a, HDF5, tf2onnx",
        "40000000000000007b225f5f6d, safetensors, torch.onnx.export",
        "0a0c0a0178120b506c616365686f, graph of TensorFlow, --graphdef",
        "47475546030000000000, GGUF, .onnx"
    })
    void firstBytes(String hex, String kind, String advice) throws IOException {
        refused(java.util.HexFormat.of().parseHex(hex), kind, advice);
    }

    @Test
    void protobufsOfOthers() throws IOException {
        refused(message(1, 2, 500), "Core ML model", "convert_coreml");
        refused(message(1, 2), "SavedModel", "--saved-model");
    }

    @Test
    void foldersOfOthers() throws IOException {
        Files.write(folder.resolve("saved_model.pb"), new byte[1]);
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(folder))
                .withMessageContaining("SavedModel")
                .withMessageContaining("--saved-model");
    }

    /** Field {@code version} a number, the others long. */
    private static byte[] message(int version, int... others) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        out.writeInt32(version, 1);
        for (int field : others) {
            out.writeBytes(field, ByteString.copyFrom(new byte[2000]));
        }
        out.flush();
        return bytes.toByteArray();
    }

    private void refused(byte[] content, String kind, String advice) throws IOException {
        Path path = Files.write(folder.resolve("model.onnx"), content);
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> ModelFile.read(path))
                .withMessageContaining(path.toString())
                .withMessageContaining(kind)
                .withMessageContaining(advice);
    }
}
