package dev.signet.train.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.Scalars;
import dev.signet.train.loop.Objective;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/** Cross entropy with smoothed labels on augmented images; top-1 on the test images. */
public final class ClassificationObjective implements Objective {
    private static final int TEST_BATCH = 250;

    private final DifferentiableModel model;
    private final NDManager manager;
    private final ImageSet training;
    private final ImageSet test;
    private final int classes;
    private final ClassificationRecipe recipe;

    private int orderedEpoch = -1;
    private int[] order = new int[0];

    /** What {@code model} learns; {@code manager} owns what evaluation needs, for as long as it needs it. */
    public ClassificationObjective(
            DifferentiableModel model,
            NDManager manager,
            ImageSet training,
            ImageSet test,
            int classes,
            ClassificationRecipe recipe) {
        this.model = model;
        this.manager = manager;
        this.training = training;
        this.test = test;
        this.classes = classes;
        this.recipe = recipe;
    }

    private int batch() {
        return Math.min(recipe.batch(), training.size());
    }

    @Override
    public int steps(int epoch) {
        return training.size() / batch();
    }

    @Override
    public double cost(int epoch) {
        double part = (double) recipe.side(epoch, training.side()) / training.side();
        return part * part;
    }

    @Override
    public NDArray loss(int epoch, int step, NDManager scratch) {
        int side = recipe.side(epoch, training.side());
        int[] indices = Arrays.copyOfRange(order(epoch), step * batch(), (step + 1) * batch());
        var random = new SplittableRandom((recipe.seed() * 1_000_003 + epoch) * 1_000_003 + step);
        NDArray images = new BatchWriter(training, side).augmented(indices, recipe.border(), random, scratch);
        NDArray logits = model.forward(images, true);
        NDArray likelihood = logits.logSoftmax(1).mul(targets(indices, scratch)).sum();
        return Scalars.divided(likelihood, -indices.length);
    }

    /** The order of the images in an epoch. */
    private int[] order(int epoch) {
        if (epoch != orderedEpoch) {
            var random = new SplittableRandom(recipe.seed() * 1_000_003 + epoch);
            order = new int[training.size()];
            Arrays.setAll(order, i -> i);
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int image = order[i];
                order[i] = order[j];
                order[j] = image;
            }
            orderedEpoch = epoch;
        }
        return order;
    }

    private NDArray targets(int[] indices, NDManager scratch) {
        float[] targets = new float[indices.length * classes];
        Arrays.fill(targets, (float) (recipe.smoothing() / classes));
        for (int i = 0; i < indices.length; i++) {
            targets[i * classes + training.labels()[indices[i]]] += (float) (1 - recipe.smoothing());
        }
        return scratch.create(targets, new Shape(indices.length, classes));
    }

    @Override
    public Map<String, Double> evaluate() {
        int right = 0;
        for (int first = 0; first < test.size(); first += TEST_BATCH) {
            int start = first;
            int[] indices = new int[Math.min(TEST_BATCH, test.size() - first)];
            Arrays.setAll(indices, i -> start + i);
            try (NDManager scratch = manager.newSubManager()) {
                NDArray images = new BatchWriter(test, test.side()).plain(indices, scratch);
                long[] answers = model.forward(images, false).argMax(1).toLongArray();
                for (int i = 0; i < answers.length; i++) {
                    right += answers[i] == test.labels()[indices[i]] ? 1 : 0;
                }
            }
        }
        return Map.of("top1", 100.0 * right / test.size());
    }

    /** The first few test images as the network takes them, for checks. */
    public NDArray samples(int count) {
        int[] indices = new int[Math.min(count, test.size())];
        Arrays.setAll(indices, i -> i);
        return new BatchWriter(test, test.side()).plain(indices, manager);
    }
}
