package dev.signet.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Kinds of files that commands write again and again: an earlier one may be replaced without asking, another file not. */
public enum OutputKind {
    /** A report. */
    PAGE("a page", Pattern.compile("<meta name=\"generator\" content=\"Signet")),
    /** Figures: JSON that begins as one of the commands' does. */
    JSON(
            "JSON",
            Pattern.compile(
                    "\\A\\s*\\{\\s*\"(source|path|models|model|kernels|original|seconds)\"\\s*:", Pattern.MULTILINE)),
    /** A picture. */
    PNG("a picture", Pattern.compile("\\A.PNG", Pattern.DOTALL));

    /** Where a file says what it is. */
    private static final int START = 4000;

    private final String text;
    private final Pattern mark;

    OutputKind(String text, Pattern mark) {
        this.text = text;
        this.mark = mark;
    }

    String text() {
        return text;
    }

    /** Whether there is no such file, or nothing in it, or one of this kind. */
    boolean mayReplace(Path file) {
        if (!Files.isRegularFile(file)) {
            return true;
        }
        String start = start(file);
        return start.isEmpty() || mark.matcher(start).find();
    }

    private static String start(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            return new String(stream.readNBytes(START), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "not to be read";
        }
    }
}
