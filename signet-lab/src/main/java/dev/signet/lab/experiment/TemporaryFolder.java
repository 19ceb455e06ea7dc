package dev.signet.lab.experiment;

import dev.signet.onnx.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for files that are needed for a while.
 *
 * @param path where it is
 */
public record TemporaryFolder(Path path) implements AutoCloseable {
    /**
     * An empty folder.
     *
     * @throws OutputException if there can be none
     */
    public static TemporaryFolder create() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("signet-lab"));
        } catch (IOException e) {
            throw OutputException.of(
                    System.getProperty("java.io.tmpdir", "the temporary folder"),
                    "can not be written: " + e.getMessage(),
                    "check its permissions and the free space",
                    e);
        }
    }

    /** The files in it. */
    public List<Path> files() {
        try (Stream<Path> files = Files.list(path)) {
            return files.toList();
        } catch (IOException e) {
            throw OutputException.of(path.toString(), "can not be read: " + e.getMessage(), "run again", e);
        }
    }

    /** Removes it with all that is in it. */
    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw OutputException.of(path.toString(), "can not be removed: " + e.getMessage(), "remove it by hand", e);
        }
    }
}
