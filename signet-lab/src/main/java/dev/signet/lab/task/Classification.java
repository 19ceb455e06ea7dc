package dev.signet.lab.task;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.image.Picture;
import dev.signet.lab.image.Preprocessing;
import dev.signet.lab.runtime.OnnxRuntimeModel;
import dev.signet.lab.runtime.Tensor;
import dev.signet.lab.runtime.TensorSpec;
import dev.signet.onnx.InputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Top-1 and top-5 accuracy of a classifier.
 *
 * @param images what to classify
 * @param preprocessing how an image becomes the network's input
 */
public record Classification(LabelledImages images, Preprocessing preprocessing) {
    // Small enough that a batch of 224 x 224 images stays in some tens of megabytes, large enough to keep two cores
    // busy.
    private static final int BATCH = 32;

    /**
     * Classifies all images.
     *
     * @param model its first input is the image, its first output one score per class
     * @param done is told the number of images classified so far
     * @return {@code top1} and {@code top5} in per cent (no {@code top5} with fewer than six classes) and {@code images}
     * @throws InputException if the model does not take RGB images or a label has no class
     */
    public Map<String, Double> evaluate(OnnxRuntimeModel model, IntConsumer done) {
        TensorSpec input = model.inputs().getFirst();
        InputLayout layout = InputLayout.of(input, images.image(0));
        int batch = layout.batch() > 0 ? layout.batch() : BATCH;
        float[] values = new float[batch * layout.imageLength()];
        int first = 0;
        int best = 0;
        int amongFive = 0;
        int classes = 0;
        while (first < images.size()) {
            int count = Math.min(batch, images.size() - first);
            for (int i = 0; i < count; i++) {
                Picture picture = preprocessing.fit(images.image(first + i), layout.width(), layout.height());
                preprocessing.write(picture, layout.planar(), values, i * layout.imageLength());
            }
            // A model with a fixed batch gets a full one; what is beyond the last image is not looked at.
            int fed = layout.batch() > 0 ? batch : count;
            float[] fedValues = fed == batch ? values : java.util.Arrays.copyOf(values, fed * layout.imageLength());
            Tensor scores = model.run(fedValues, layout.shape(fed));
            classes = scores.values().length / fed;
            for (int i = 0; i < count; i++) {
                int rank = rank(scores.values(), i * classes, classes, images.label(first + i), input.name());
                best += rank == 0 ? 1 : 0;
                amongFive += rank < 5 ? 1 : 0;
            }
            first += count;
            done.accept(first);
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("top1", 100.0 * best / images.size());
        if (classes > 5) {
            metrics.put("top5", 100.0 * amongFive / images.size());
        }
        metrics.put("images", (double) images.size());
        return metrics;
    }

    /** How many classes score above the label's; a tie goes to the lower class, and a NaN is never right. */
    static int rank(float[] scores, int start, int classes, int label, String where) {
        if (label >= classes) {
            throw InputException.of(
                    "class " + label,
                    "the model has only %d classes (from input '%s')".formatted(classes, where),
                    "check that the data belong to the model");
        }
        float own = scores[start + label];
        if (Float.isNaN(own)) {
            return classes;
        }
        int above = 0;
        for (int c = 0; c < classes; c++) {
            float score = scores[start + c];
            if (score > own || (score == own && c < label) || Float.isNaN(score)) {
                above++;
            }
        }
        return above;
    }
}
