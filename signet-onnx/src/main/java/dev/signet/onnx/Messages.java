package dev.signet.onnx;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;

/** The form of error messages. */
public final class Messages {
    private static final int MAX_LENGTH = 2000;

    // Control and format characters (direction marks among them), line and
    // paragraph separators, halves of surrogate pairs.
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private Messages() {}

    /** Text without line breaks, terminal escapes and endless lines: names in messages come from untrusted files. */
    public static String oneLine(String text) {
        String line = UNPRINTABLE.matcher(text).replaceAll(" ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }

    /** What went wrong, in a few words: the system's reason rather than the file's name, which messages name anyway. */
    public static String reason(Exception e) {
        String text = switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "no such file or folder";
            case FileSystemException system -> system.getReason();
            default -> e.getMessage();
        };
        return text == null ? e.getClass().getSimpleName() : text;
    }
}
