package dev.signet.lab.plan;

import dev.signet.lab.task.TaskKind;
import dev.signet.quantize.image.Preprocessing;
import org.jspecify.annotations.Nullable;

/**
 * A model of a plan, and what it is measured on.
 *
 * @param path of the model: a file, or a location of another file system
 * @param task what it is for; null where nothing is measured but its outputs against the quantized model's, on samples
 * @param data images: a file or a folder, or a location of another file system; empty without a task
 * @param limit the most images to use, 0 for all
 * @param upscale how many times larger pictures become, 0 to find out
 * @param input how pictures become its input
 */
public record PlanModel(String path, @Nullable TaskKind task, String data, int limit, int upscale, PictureInput input) {
    private static final String NO_TASK = "none";

    /** How the samples' images are prepared, as {@code experiment} does it: null to find out. */
    @Nullable
    Preprocessing ofSamples() {
        if (task == TaskKind.CLASSIFICATION) {
            return input.equals(PictureInput.UNSAID) ? null : input.or(Preprocessing.CLASSIFICATION);
        }
        return input.saysValues() ? input.or(Preprocessing.UNIT).withoutResizing() : null;
    }

    /** The task's name, {@code none} where there is none. */
    public String taskText() {
        return task == null ? NO_TASK : task.text();
    }

    /** The task of that name. @throws IllegalArgumentException if {@code text} is none */
    public static @Nullable TaskKind task(String text) {
        TaskKind kind = text.equals(NO_TASK) ? null : TaskKind.parse(text);
        if (kind != null && kind.isAgainstOriginal()) {
            throw new IllegalArgumentException(
                    "'%s' is a task of evaluate and experiment; plans take classification, super-resolution, style-transfer"
                            .formatted(text));
        }
        return kind;
    }

    /** A name for people: the file's, without its ending. */
    public String name() {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.endsWith(".onnx") ? file.substring(0, file.length() - ".onnx".length()) : file;
    }
}
