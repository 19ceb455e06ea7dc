package dev.signet.cli.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.signet.onnx.store.OutputFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
            return Optional.ofNullable(
                    new ObjectMapper().readValue(Path.of(target).toFile(), type));
        } catch (IOException e) {
            // A file of another kind is replaced, as everywhere.
            return Optional.empty();
        }
    }

    /** The file; null where there is none. */
    public @Nullable Path file() {
        return target == null || takesStdout() ? null : Path.of(target);
    }

    /** Writes the result where the user wants it, if at all. */
    public void write(Object result, PrintWriter out) {
        if (target == null) {
            return;
        }
        String text = text(result);
        if (takesStdout()) {
            out.println(text);
        } else {
            OutputFile.writeText(Path.of(target), text + "\n");
        }
    }

    private static String text(Object result) {
        try {
            // Names from files are escaped but for ASCII: no terminal and no editor acts on what is in them.
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build()
                    .writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
