package dev.signet.cli.option;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.signet.onnx.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --json}. */
public final class JsonTarget {
    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Write every figure as JSON to a file, or to stdout instead of the tables.")
    private @Nullable String target;

    /** Whether stdout is for JSON alone. */
    public boolean takesStdout() {
        return "-".equals(target);
    }

    /** What an earlier run wrote there; empty where there is nothing that can be read as {@code type}. */
    public <T> Optional<T> earlier(Class<T> type) {
        if (target == null || takesStdout() || !Files.isRegularFile(Path.of(target))) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(new ObjectMapper().readValue(Path.of(target).toFile(), type));
        } catch (IOException e) {
            // A file of another kind is replaced, as everywhere.
            return Optional.empty();
        }
    }

    /** An interruption leaves the earlier file or the new one, never half of one. */
    private static void replace(Path file, String text) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe or a device is not to be replaced by a file.
            Files.writeString(file, text);
            return;
        }
        Path pending = file.resolveSibling(file.getFileName() + ".pending");
        Files.writeString(pending, text);
        Files.move(pending, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes the result where the user wants it, if at all. */
    public void write(Object result, PrintWriter out) {
        if (target == null) {
            return;
        }
        try {
            String text = new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(result);
            if (takesStdout()) {
                out.println(text);
            } else {
                replace(Path.of(target), text + "\n");
            }
        } catch (IOException e) {
            throw InputException.of(target, "can not be written: " + e.getMessage(), "choose another --json file", e);
        }
    }
}
