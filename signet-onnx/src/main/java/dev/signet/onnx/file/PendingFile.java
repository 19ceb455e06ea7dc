package dev.signet.onnx.file;

import dev.signet.onnx.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Placeholder until branch onnx has it. */
public final class PendingFile implements AutoCloseable {
    private final Path temporary;
    private final Path target;

    private PendingFile(Path temporary, Path target) {
        this.temporary = temporary;
        this.target = target;
    }

    public static PendingFile write(OnnxModel model, Path target, boolean force) {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            Files.write(temporary, model.proto().toByteArray());
        } catch (IOException e) {
            throw InputException.of(target.toString(), "can not be written: " + e, "?", e);
        }
        return new PendingFile(temporary, target);
    }

    public static void check(Path source, Path target, boolean force) {}

    public Path path() {
        return temporary;
    }

    public long bytes() {
        return temporary.toFile().length();
    }

    public void commit() {
        try {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw InputException.of(target.toString(), "can not be written: " + e, "?", e);
        }
    }

    @Override
    public void close() {
        temporary.toFile().delete();
    }
}
