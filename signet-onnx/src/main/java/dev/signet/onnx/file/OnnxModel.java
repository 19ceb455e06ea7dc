package dev.signet.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A model and where it came from.
 *
 * @param proto the model, as the file has it
 * @param path the file; its folder holds the external data
 * @param fileBytes bytes of the file itself, without external data
 */
public record OnnxModel(ModelProto proto, Path path, long fileBytes) {
    /** A model that is in memory only, as if it stood at {@code path}: messages and external data need a place. */
    public static OnnxModel of(ModelProto proto, Path path) {
        return new OnnxModel(proto, path, ModelTensors.insideBytes(proto));
    }

    /** The same place with another model: {@code proto} may go on referring to this model's external data. */
    public OnnxModel with(ModelProto proto) {
        return of(proto, path);
    }

    /** The folder against which external data is resolved. */
    public Path folder() {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    /** The opset of the standard operators that the model imports; 1 if it imports none. */
    public int opset() {
        return proto.getOpsetImportList().stream()
                .filter(opset -> Domains.isStandard(opset.getDomain()))
                .mapToInt(opset -> Math.clamp(opset.getVersion(), 1, Integer.MAX_VALUE))
                .max()
                .orElse(1);
    }

    /**
     * Bytes of the file and of the external data that it uses; a range that several tensors share counts once.
     *
     * @throws InputException if external data is missing or leaves the model's folder
     */
    public long bytes() {
        return fileBytes + ExternalData.of(this).usedBytes();
    }

    /**
     * SHA-256 of the file followed by its external data files in the order of their locations, in hexadecimal: what identifies
     * a source.
     *
     * @throws InputException if a file can not be read
     */
    public String sha256() {
        MessageDigest digest = sha256Digest();
        update(digest, path);
        ExternalData.of(this).files().forEach(file -> update(digest, file));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** How messages name this model. */
    public String where() {
        return String.valueOf(path);
    }

    /** How messages name a tensor of this model. */
    public String where(TensorProto tensor) {
        return where() + ": tensor '" + tensor.getName() + "'";
    }

    private static void update(MessageDigest digest, Path file) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw InputException.of(
                    String.valueOf(file), "can not be read (" + Messages.reason(e) + ")", "check the file", e);
        }
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
