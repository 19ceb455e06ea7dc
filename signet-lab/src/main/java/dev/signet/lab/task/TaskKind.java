package dev.signet.lab.task;

import dev.signet.lab.agreement.OutputKind;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of tasks. */
public enum TaskKind {
    /** Which class an image belongs to. */
    CLASSIFICATION("classification"),
    /** A large picture from a small one. */
    SUPER_RESOLUTION("super-resolution"),
    /** A picture in another style: measured against the original model's. */
    STYLE_TRANSFER("style-transfer"),
    /** What a network gives, whatever it is, against what the original gives. */
    AGREEMENT("agreement"),
    /** Boxes about things, against the original's. */
    DETECTION("detection", OutputKind.BOXES),
    /** Masks, against the original's. */
    SEGMENTATION("segmentation", OutputKind.MASK),
    /** Features, against the original's. */
    FEATURES("features", OutputKind.FEATURES),
    /** Texts, against the original's. */
    TEXT("text", OutputKind.TEXT),
    /** Sound, against the original's. */
    SOUND("sound", OutputKind.SOUND);

    private final String text;
    private final @Nullable OutputKind outputs;

    TaskKind(String text) {
        this.text = text;
        this.outputs = null;
    }

    TaskKind(String text, OutputKind outputs) {
        this.text = text;
        this.outputs = outputs;
    }

    /** What the outputs must be; null where that does not matter, or is found out. */
    @Nullable
    OutputKind outputs() {
        return outputs;
    }

    /** Whether nothing but the original says what is right ({@link AgainstOriginal}). */
    public boolean isAgainstOriginal() {
        return this == AGREEMENT || outputs != null;
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
