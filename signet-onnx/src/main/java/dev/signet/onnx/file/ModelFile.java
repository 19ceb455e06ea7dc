package dev.signet.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.check.ModelCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads ONNX model files, and says what a file is that is none. */
public final class ModelFile {
    /** What protobuf can hold in one message. */
    private static final long MAX_BYTES = Integer.MAX_VALUE;

    // A graph inside a graph takes three messages (node, attribute, graph), so this is 33 levels of subgraphs.
    private static final int MAX_DEPTH = 100;

    private ModelFile() {}

    /**
     * Reads a model. External data stays where it is until a tensor of it is read.
     *
     * @throws InputException if {@code path} is not a readable file with an ONNX model in it; the message says what it is
     *     instead
     */
    public static OnnxModel read(Path path) {
        String where = String.valueOf(path);
        try {
            checkFile(path, where);
            long size = Files.size(path);
            Optional<FileKind.Foreign> foreign = FileKind.foreign(path);
            if (foreign.isPresent()) {
                throw foreign(where, foreign.get());
            }
            var model = new OnnxModel(checkModel(parse(path, where), where), path, size);
            ExternalData.of(model).checkSharing();
            return model;
        } catch (AccessDeniedException e) {
            throw InputException.of(where, "may not be read", "check the file's permissions", e);
        } catch (IOException e) {
            throw InputException.of(where, "can not be read (" + Messages.reason(e) + ")", "check the file", e);
        }
    }

    private static void checkFile(Path path, String where) throws IOException {
        if (Files.isDirectory(path)) {
            Optional<FileKind.Foreign> foreign = FileKind.foreignFolder(path);
            if (foreign.isPresent()) {
                throw foreign(where, foreign.get());
            }
            throw InputException.of(where, "is a directory, not a model file", "name the .onnx file in it");
        }
        if (Files.notExists(path)) {
            throw InputException.of(where, "no such file", "check the path");
        }
        if (!Files.isRegularFile(path)) {
            throw InputException.of(where, "is not a regular file", "save the model to a file first");
        }
        long size = Files.size(path);
        if (size == 0) {
            throw InputException.of(where, "is empty", "export or download the model again");
        }
        if (size > MAX_BYTES) {
            throw InputException.of(
                    where,
                    String.format(Locale.ROOT, "has %d bytes, more than the 2 GB that an ONNX file can have", size),
                    "save the model with external data");
        }
    }

    private static ModelProto parse(Path path, String where) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            CodedInputStream coded = CodedInputStream.newInstance(in, 1 << 16);
            coded.setRecursionLimit(MAX_DEPTH);
            coded.setSizeLimit(Integer.MAX_VALUE);
            ModelProto model = ModelProto.parseFrom(coded);
            coded.checkLastTagWas(0);
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw InputException.of(
                    where,
                    "is not an ONNX model, or a truncated or damaged one (" + e.getMessage() + ")",
                    "export or download the model again",
                    e);
        }
    }

    private static ModelProto checkModel(ModelProto model, String where) {
        if (!model.hasGraph()) {
            throw notOnnx(where, "is not an ONNX model: it has no graph");
        }
        if (model.getOpsetImportCount() == 0) {
            throw notOnnx(
                    where, "is not a whole ONNX model: it imports no operator set (truncated, or older than ONNX 1.0)");
        }
        ModelCheck.check(model, where);
        return model;
    }

    private static InputException foreign(String where, FileKind.Foreign kind) {
        return InputException.of(where, "is " + kind.text(), kind.advice());
    }

    private static InputException notOnnx(String where, String problem) {
        return InputException.of(where, problem, "give an .onnx file, exported or downloaded again");
    }
}
