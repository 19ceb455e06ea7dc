package dev.signet.lab.task;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.Tally;
import dev.signet.onnx.InputException;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/**
 * Top-1 and top-5 accuracy of a classifier.
 *
 * @param images what to classify
 * @param preprocessing how an image becomes the network's input
 */
public record Classification(LabelledImages images, Preprocessing preprocessing) implements ShardedTask {
    // Small enough that a batch of 224 x 224 images stays in some tens of
    // megabytes, large enough to keep two cores busy.
    private static final int BATCH = 32;

    @Override
    public TaskKind kind() {
        return TaskKind.CLASSIFICATION;
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Map<String, String> conditions() {
        return Map.of("preprocessing", preprocessing.text());
    }

    /**
     * Classifies all images.
     *
     * @param model its first input is the image, its first output one score per class
     * @param done is told the number of images classified so far
     * @return top-1, and top-5 where there are more than five classes
     * @throws InputException if the model does not take images or a label has no class
     */
    @Override
    public Tally tally(RunnableModel model, IntConsumer done) {
        int[][] ranks = ranks(model, done);
        int best = Math.toIntExact(
                Arrays.stream(ranks[0]).filter(rank -> rank == 0).count());
        int amongFive =
                Math.toIntExact(Arrays.stream(ranks[0]).filter(rank -> rank < 5).count());
        SequencedMap<Metric, double[]> parts = new LinkedHashMap<>();
        parts.put(Metric.TOP1, new double[] {100.0 * best});
        if (ranks[1][0] > 5) {
            parts.put(Metric.TOP5, new double[] {100.0 * amongFive});
        }
        return new Tally(images.size(), parts);
    }

    @Override
    public Measured measure(RunnableModel model, IntConsumer done) {
        int[][] ranks = ranks(model, done);
        double[] right =
                Arrays.stream(ranks[0]).mapToDouble(rank -> rank == 0 ? 100 : 0).toArray();
        SequencedMap<Metric, Double> figures = new LinkedHashMap<>();
        figures.put(Metric.TOP1, Arrays.stream(right).sum() / right.length);
        if (ranks[1][0] > 5) {
            long amongFive = Arrays.stream(ranks[0]).filter(rank -> rank < 5).count();
            figures.put(Metric.TOP5, 100.0 * amongFive / right.length);
        }
        return new Measured(figures, right);
    }

    /** How many classes stand before each image's own, and the number of classes. */
    private int[][] ranks(RunnableModel model, IntConsumer done) {
        float[][] scores = scores(model, done);
        int[] ranks = new int[scores.length];
        int[] labels = new int[scores.length];
        int[] answers = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            labels[i] = images.label(i);
            ranks[i] = rank(scores[i], labels[i]);
            answers[i] = best(scores[i]);
        }
        LabelCheck.order(images, labels, answers, model.name());
        return new int[][] {ranks, {scores[0].length}};
    }

    /** The scores of all images. */
    private float[][] scores(RunnableModel model, IntConsumer done) {
        InputLayout layout = InputLayout.of(model.input(), images.image(0));
        int batch = layout.batch() > 0 ? layout.batch() : BATCH;
        float[][] scores = new float[images.size()][];
        for (int first = 0; first < scores.length; first += batch) {
            int count = Math.min(batch, scores.length - first);
            // A model with a fixed batch gets a full one; what is beyond the last image is not looked at.
            int fed = layout.batch() > 0 ? batch : count;
            float[] values = new float[fed * layout.imageLength()];
            for (int i = 0; i < count; i++) {
                Picture picture = preprocessing.fit(images.image(first + i), layout.width(), layout.height());
                layout.write(picture, preprocessing, values, i * layout.imageLength());
            }
            Tensor output = model.run(values, layout.shape(fed));
            LabelCheck.scores(images, output, fed, model.name());
            int classes = output.values().length / fed;
            for (int i = 0; i < count; i++) {
                scores[first + i] = Arrays.copyOfRange(output.values(), i * classes, (i + 1) * classes);
            }
            done.accept(first + count);
        }
        return scores;
    }

    /**
     * How alike two models answer, without labels.
     *
     * @return {@link Metric#AGREEMENT} and {@link Metric#KL} of the softmax of the scores
     */
    public SequencedMap<Metric, Double> compare(RunnableModel model, RunnableModel reference, IntConsumer done) {
        float[][] answers = scores(model, done);
        float[][] expected = scores(reference, done);
        int agreed = 0;
        double divergence = 0;
        for (int i = 0; i < answers.length; i++) {
            agreed += best(answers[i]) == best(expected[i]) ? 1 : 0;
            divergence += divergence(expected[i], answers[i]);
        }
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        metrics.put(Metric.AGREEMENT, 100.0 * agreed / answers.length);
        metrics.put(Metric.KL, divergence / answers.length);
        return metrics;
    }

    private static int best(float[] scores) {
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }

    /** KL(p || q) of the softmax of two score vectors. */
    static double divergence(float[] p, float[] q) {
        double logP = logSum(p);
        double logQ = logSum(q);
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            double lp = p[c] - logP;
            sum += Math.exp(lp) * (lp - (q[c] - logQ));
        }
        return sum;
    }

    private static double logSum(float[] scores) {
        double largest = scores[best(scores)];
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - largest);
        }
        return largest + Math.log(sum);
    }

    /** How many classes score above the label's; a tie goes to the lower class, and a NaN is never right. */
    static int rank(float[] scores, int label) {
        if (label >= scores.length) {
            throw InputException.of(
                    "class " + label,
                    String.format(Locale.ROOT, "the model has only %d classes", scores.length),
                    "check that the data belong to the model");
        }
        float own = scores[label];
        if (Float.isNaN(own)) {
            return scores.length;
        }
        int above = 0;
        for (int c = 0; c < scores.length; c++) {
            if (scores[c] > own || (scores[c] == own && c < label) || Float.isNaN(scores[c])) {
                above++;
            }
        }
        return above;
    }
}
