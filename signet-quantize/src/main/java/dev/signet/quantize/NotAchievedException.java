package dev.signet.quantize;

import java.io.Serial;

/** A run went well, but what was asked for did not come true: the file is not smaller, or verification failed. */
public final class NotAchievedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** With one line for the user. */
    public NotAchievedException(String message) {
        super(message);
    }
}
