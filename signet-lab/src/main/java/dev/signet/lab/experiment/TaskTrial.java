package dev.signet.lab.experiment;

import dev.signet.core.compute.Progress;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.task.PictureTask;
import dev.signet.lab.task.Task;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a model file is tried: on a task, in ONNX Runtime.
 *
 * @param task what is measured
 * @param pictures of how many pictures the results are kept, where the task gives pictures
 */
public record TaskTrial(Task task, int pictures) {
    /**
     * What came out.
     *
     * @param measured on the task
     * @param pictures the first few results
     */
    public record Outcome(Measured measured, List<Picture> pictures) {}

    /**
     * Measures a model file.
     *
     * @throws dev.signet.onnx.InputException if it can not do the task
     */
    public Outcome evaluate(Path file, int threads, Progress progress) {
        List<Picture> made = new ArrayList<>();
        try (OnnxRuntimeModel model = OnnxRuntimeModel.open(file, threads);
                Progress.Task running = progress.start("evaluating", task.size())) {
            Measured measured = task instanceof PictureTask drawn
                    ? drawn.tally(
                                    model,
                                    (picture, index) -> {
                                        if (index < pictures) {
                                            made.add(picture);
                                        }
                                    },
                                    running::at)
                            .measured()
                    : task.measure(model, running::at);
            return new Outcome(measured, List.copyOf(made));
        }
    }

    /** Only the first few results. */
    public List<Picture> pictures(Path file, int threads) {
        if (!(task instanceof PictureTask drawn) || pictures == 0) {
            return List.of();
        }
        try (OnnxRuntimeModel model = OnnxRuntimeModel.open(file, threads)) {
            return IntStream.range(0, Math.min(pictures, drawn.size()))
                    .mapToObj(index -> drawn.output(model, index))
                    .toList();
        }
    }
}
