package dev.signet.onnx.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Recognizes, by their first bytes, files that people mistake for ONNX models. */
final class FileKind {
    private static final int HEAD_BYTES = 512;

    /** A file format: the bytes {@code magic} at {@code offset}. */
    private record Signature(int offset, String magic, String description) {
        boolean matches(byte[] head) {
            byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
            if (head.length < offset + bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (head[offset + i] != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Signature> SIGNATURES = List.of(
            new Signature(0, "PK\3\4", "a zip archive (PyTorch checkpoint, .npz or packed model?), not an ONNX model"),
            new Signature(0, "\37\213", "a gzip archive, not an ONNX model"),
            new Signature(0, "\211HDF", "an HDF5 file (Keras model?), not an ONNX model"),
            new Signature(0, "\211PNG", "a PNG image, not an ONNX model"),
            new Signature(0, "\377\330\377", "a JPEG image, not an ONNX model"),
            new Signature(0, "\223NUMPY", "a NumPy array, not an ONNX model"),
            new Signature(4, "TFL3", "a TensorFlow Lite model, not an ONNX model"),
            new Signature(4, "ORTM", "an ONNX Runtime (.ort) model, not an ONNX model"),
            new Signature(0, "version https://git-lfs", "a Git LFS pointer, not the model itself"),
            new Signature(0, "<!DOCTYPE", "an HTML page, not an ONNX model"),
            new Signature(0, "<html", "an HTML page, not an ONNX model"));

    private FileKind() {}

    /** What {@code path} is, in words, where its first bytes rule out an ONNX model. */
    static Optional<String> foreign(Path path) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        for (Signature signature : SIGNATURES) {
            if (signature.matches(head)) {
                return Optional.of(signature.description());
            }
        }
        return isText(head) ? Optional.of("a text file, not an ONNX model") : Optional.empty();
    }

    // A model starts with the field ir_version (byte 8, a backspace) or
    // another field whose number or length is no text.
    private static boolean isText(byte[] head) {
        for (byte b : head) {
            boolean whitespace = b == '\t' || b == '\n' || b == '\r' || b == '\f';
            if ((b >= 0 && b < ' ' && !whitespace) || b == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
