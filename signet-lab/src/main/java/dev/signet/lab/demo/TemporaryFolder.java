package dev.signet.lab.demo;

import dev.signet.onnx.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder for files that are needed for a while.
 *
 * @param path where it is
 */
record TemporaryFolder(Path path) implements AutoCloseable {
    /**
     * An empty folder.
     *
     * @throws OutputException if there can be none
     */
    static TemporaryFolder create() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("signet-demo"));
        } catch (IOException e) {
            throw OutputException.of(
                    System.getProperty("java.io.tmpdir", "the temporary folder"),
                    "can not be written: " + e.getMessage(),
                    "check its permissions and the free space",
                    e);
        }
    }

    /** Removes it with the files in it. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw OutputException.of(path.toString(), "can not be removed: " + e.getMessage(), "remove it by hand", e);
        }
    }
}
