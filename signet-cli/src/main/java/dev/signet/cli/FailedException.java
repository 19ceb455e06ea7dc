package dev.signet.cli;

import java.io.Serial;

/** It ran, but what was asked for did not come true: exit code 1. */
final class FailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    FailedException(String message) {
        super(message);
    }
}
