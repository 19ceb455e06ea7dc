package dev.signet.onnx;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** The form of error messages. */
public final class Messages {
    private static final int MAX_LENGTH = 2000;

    private Messages() {}

    /** Text without line breaks, terminal escapes and endless lines: names in messages come from untrusted files. */
    static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }

    /** What went wrong, in a few words: the system's reason rather than the file's name, which messages name anyway. */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        String text = e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage();
        return text == null ? e.getClass().getSimpleName() : text;
    }
}
