package dev.signet.lab.task;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The kinds of tasks. */
public enum TaskKind {
    /** Which class an image belongs to. */
    CLASSIFICATION("classification"),
    /** A large picture from a small one. */
    SUPER_RESOLUTION("super-resolution"),
    /** A picture in another style: measured against the original model's. */
    STYLE_TRANSFER("style-transfer");

    private final String text;

    TaskKind(String text) {
        this.text = text;
    }

    /** The name that users know. */
    public String text() {
        return text;
    }

    /**
     * Reads what {@link #text} gives.
     *
     * @throws IllegalArgumentException naming all, if {@code text} is none
     */
    public static TaskKind parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' is not a task: %s"
                        .formatted(
                                text,
                                Arrays.stream(values()).map(TaskKind::text).collect(Collectors.joining(", ")))));
    }
}
