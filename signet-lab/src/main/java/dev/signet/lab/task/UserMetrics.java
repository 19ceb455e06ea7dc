package dev.signet.lab.task;

import dev.signet.core.compute.Compute;
import dev.signet.lab.dataset.LabelledImages;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.figure.Agreement;
import dev.signet.quantize.figure.UserMetric;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputChoices;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.sample.SampleFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the metric that a user's data allow: accuracy where a classifier's pictures have classes, else agreement. */
public final class UserMetrics {
    private UserMetrics() {}

    /**
     * The metric of a network; the original runs on all data once.
     *
     * @param data labelled pictures, any pictures, or a {@code .npy} file of inputs
     * @param given what pictures are put through; null to find out
     * @param shapes of open inputs; null to find some
     * @throws InputException if the network does not run on the data
     */
    public static UserMetric of(
            OnnxModel model,
            Path data,
            @Nullable Preprocessing given,
            InputChoices choices,
            @Nullable Map<String, long[]> shapes,
            int threads) {
        try (var compute = new Compute(threads);
                OnnxRuntimeModel original = OnnxRuntimeModel.open(model.path(), threads)) {
            var factory = new SampleFactory(model, original, shapes, choices, compute);
            LabelledImages labelled = labelled(data, original).orElse(null);
            if (labelled == null) {
                return Agreement.of(original, factory.fromFiles(data, 0, given, 0));
            }
            Preprocessing preprocessing =
                    given != null ? given : factory.pictures().orElse(Preprocessing.CLASSIFICATION);
            return AccuracyDrop.of(new Classification(labelled, preprocessing), original);
        }
    }

    /** The data with classes, where they have those of the network's scores; others' folders are no classes. */
    private static Optional<LabelledImages> labelled(Path data, OnnxRuntimeModel model) {
        long[] scores = model.outputs().getFirst().shape();
        if (model.inputs().size() != 1
                || scores.length != 2
                || scores[1] < 2
                || String.valueOf(data.getFileName()).endsWith(".npy")) {
            return Optional.empty();
        }
        LabelledImages images;
        try {
            images = LabelledImages.open(data, 0);
        } catch (InputException e) {
            // No folders of classes: what the data are then is for the other metric to say.
            return Optional.empty();
        }
        int[] labels =
                IntStream.range(0, images.size()).map(images::label).distinct().toArray();
        boolean numbered =
                IntStream.of(labels).allMatch(label -> images.className(label).matches("0*" + label));
        boolean fitting = IntStream.of(labels).allMatch(label -> label < scores[1]);
        return fitting && (numbered || labels.length == scores[1]) ? Optional.of(images) : Optional.empty();
    }
}
