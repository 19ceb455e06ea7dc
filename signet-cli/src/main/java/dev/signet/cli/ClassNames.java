package dev.signet.cli;

import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of a classifier's classes, from a text file with one a line. */
final class ClassNames {
    /** No names: classes are numbers. */
    static final ClassNames NONE = new ClassNames(List.of());

    // A million classes of sixty letters.
    private static final long MAX_BYTES = 64L << 20;

    private final List<String> names;

    private ClassNames(List<String> names) {
        this.names = names;
    }

    /**
     * Reads the file; it must have a line for each class.
     *
     * @throws InputException if it has not, or can not be read
     */
    static ClassNames read(Path file, int classes) {
        List<String> lines;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is too large");
            }
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw InputException.of(
                    file.toString(),
                    "the names can not be read (" + Messages.reason(e) + ")",
                    "give a UTF-8 text file with one name a line",
                    e);
        }
        int used = lines.size();
        while (used > 0 && lines.get(used - 1).isBlank()) {
            used--;
        }
        if (used != classes) {
            throw InputException.of(
                    file.toString(),
                    String.format(Locale.ROOT, "has %d names where the model has %d classes", used, classes),
                    "give one name a line, class 0 first");
        }
        return new ClassNames(lines.subList(0, used).stream().map(String::strip).toList());
    }

    /** A class's name; null where none are known. */
    @Nullable
    String of(int label) {
        return names.isEmpty() ? null : names.get(label);
    }
}
