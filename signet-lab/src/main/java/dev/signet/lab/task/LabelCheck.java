package dev.signet.lab.task;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.Tensor;
import java.util.Arrays;
import java.util.Locale;

/** Refuses what would give a figure that says nothing: a network that is no classifier, labels of other classes or of another order. */
final class LabelCheck {
    /** So much would be right with other labels, and not half as much is with these. */
    private static final double CLEAR = 0.6;

    private LabelCheck() {}

    /**
     * Looks at an output.
     *
     * @param count images that it is for
     * @throws InputException if it holds no scores, or those of another number of classes than the data have
     */
    static void scores(LabelledImages images, Tensor output, int count, String model) {
        if (!Recognition.isScores(output.shape(), count) || output.values().length < 2 * count) {
            throw InputException.of(
                    model,
                    "its output of shape %s holds no scores of classes".formatted(Arrays.toString(output.shape())),
                    "measure a network from image to image as super-resolution or style-transfer, others as agreement"
                            + " with their original");
        }
        int classes = output.values().length / count;
        if (images.classes() != 0 && images.classes() != classes) {
            throw InputException.of(
                    model,
                    String.format(
                            Locale.ROOT, "tells %d classes apart where the data have %d", classes, images.classes()),
                    "give a folder for each class in the model's order, or folders that are named by the classes'"
                            + " numbers (0, 1, ...)");
        }
    }

    /**
     * Looks at all answers.
     *
     * @throws InputException if they would be right with the labels in another order
     */
    static void order(LabelledImages images, int[] labels, int[] answers, String model) {
        int classes = Arrays.stream(labels).max().orElse(0) + 1;
        int answered = Arrays.stream(answers).max().orElse(0) + 1;
        int[][] counts = new int[classes][answered];
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][answers[i]]++;
            right += labels[i] == answers[i] ? 1 : 0;
        }
        boolean[] used = new boolean[answered];
        int otherwise = 0;
        int there = 0;
        String example = "";
        for (int label = 0; label < classes; label++) {
            int usual = 0;
            for (int c = 1; c < answered; c++) {
                usual = counts[label][c] > counts[label][usual] ? c : usual;
            }
            if (Arrays.stream(counts[label]).sum() == 0) {
                continue;
            }
            there++;
            otherwise += used[usual] ? 0 : counts[label][usual];
            used[usual] = true;
            if (usual != label && example.isEmpty()) {
                example = String.format(
                        Locale.ROOT,
                        "most pictures of '%s', counted as class %d, are seen as class %d",
                        images.className(label),
                        label,
                        usual);
            }
        }
        boolean enough = there > 2 && labels.length >= 4 * there;
        if (enough && otherwise > CLEAR * labels.length && right < CLEAR / 2 * labels.length) {
            throw InputException.of(
                    model,
                    "the labels do not belong to it: " + example,
                    "name the folders by the numbers that the model gives the classes");
        }
    }
}
