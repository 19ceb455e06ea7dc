package dev.signet.onnx;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A file can not be written: it exists, its folder does not, the disk is full. Nothing is left behind. The message is one line,
 * as {@link InputException}'s is.
 */
public final class OutputException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private OutputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * A file that can not be written.
     *
     * @param where the file
     * @param problem what is wrong
     * @param remedy what the user can do
     */
    public static OutputException of(String where, String problem, String remedy) {
        return of(where, problem, remedy, null);
    }

    /** As {@link #of(String, String, String)}, with a cause that {@code --verbose} shows. */
    public static OutputException of(String where, String problem, String remedy, @Nullable Throwable cause) {
        return new OutputException(Messages.oneLine(where + ": " + problem + "; " + remedy), cause);
    }
}
