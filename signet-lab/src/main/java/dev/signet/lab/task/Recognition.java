package dev.signet.lab.task;

import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a classifier sees in one picture. */
public final class Recognition {
    /** Classifiers that take any size were mostly trained with this one. */
    private static final int USUAL_SIDE = 224;

    /** How far the sum of fp32 probabilities may be from 1. */
    private static final double SUM_TOLERANCE = 1e-3;

    private Recognition() {}

    /**
     * A class that may be in the picture.
     *
     * @param label the class, from 0
     * @param score what the model says of it
     * @param probability the softmax of the scores, or the score itself where the scores are probabilities already
     */
    public record Candidate(int label, float score, double probability) {}

    /**
     * The scores of a picture's classes. A model that takes any size gets the picture as it is, or 224 x 224 of a larger one.
     *
     * @throws InputException if the model does not take an image, or does not give one finite score for each class
     */
    public static float[] scores(RunnableModel model, Picture picture, Preprocessing preprocessing) {
        boolean large = picture.width() > USUAL_SIDE || picture.height() > USUAL_SIDE;
        InputLayout layout = InputLayout.of(
                model.input(), large ? USUAL_SIDE : picture.width(), large ? USUAL_SIDE : picture.height());
        int images = Math.max(1, layout.batch());
        float[] values = new float[Math.multiplyExact(images, layout.imageLength())];
        layout.write(preprocessing.fit(picture, layout.width(), layout.height()), preprocessing, values, 0);
        Tensor output = model.run(values, layout.shape(images));
        if (!isScores(output.shape(), images)) {
            throw InputException.of(
                    model.name(),
                    "its output of shape %s holds no scores of classes".formatted(Arrays.toString(output.shape())),
                    "where it is an image, give --output FILE.png");
        }
        float[] scores = Arrays.copyOf(output.values(), output.values().length / images);
        for (float score : scores) {
            if (!Float.isFinite(score)) {
                throw InputException.of(
                        model.name(),
                        "a score is %s, no finite number".formatted(score),
                        "check the model and the preprocessing");
            }
        }
        return scores;
    }

    /** [images, classes] with sides of length 1 anywhere behind, or [classes] of a single image. */
    static boolean isScores(long[] shape, int images) {
        if (shape.length == 1) {
            return images == 1 && shape[0] > 0;
        }
        return shape.length >= 2
                && shape[0] == images
                && Arrays.stream(shape).allMatch(d -> d > 0)
                && Arrays.stream(shape).skip(1).filter(d -> d != 1).count() <= 1;
    }

    /** The classes with the highest scores, highest first; of equal ones the lower class. */
    public static List<Candidate> best(float[] scores, int count) {
        double[] probabilities = probabilities(scores);
        return IntStream.range(0, scores.length)
                .mapToObj(label -> new Candidate(label, scores[label], probabilities[label]))
                .sorted(Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
                        .thenComparingInt(Candidate::label))
                .limit(count)
                .toList();
    }

    /** The softmax of the scores, or the scores where they are probabilities already. */
    static double[] probabilities(float[] scores) {
        double[] probabilities = new double[scores.length];
        double total = 0;
        double largest = Double.NEGATIVE_INFINITY;
        boolean negative = false;
        for (int c = 0; c < scores.length; c++) {
            probabilities[c] = scores[c];
            total += scores[c];
            largest = Math.max(largest, scores[c]);
            negative |= scores[c] < 0;
        }
        if (!negative && Math.abs(total - 1) < SUM_TOLERANCE) {
            return probabilities;
        }
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
            probabilities[c] = Math.exp(scores[c] - largest);
            sum += probabilities[c];
        }
        for (int c = 0; c < scores.length; c++) {
            probabilities[c] /= sum;
        }
        return probabilities;
    }
}
