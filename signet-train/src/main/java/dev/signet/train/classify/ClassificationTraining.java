package dev.signet.train.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.TorchEngine;
import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.MomentumDescent;
import dev.signet.train.loop.Schedule;
import dev.signet.train.loop.Trainer;
import dev.signet.train.loop.TrainingFiles;
import dev.signet.train.loop.TrainingListener;
import dev.signet.train.loop.TrainingPlan;
import dev.signet.train.network.ResNet;
import dev.signet.train.output.TrainedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains a residual network on labelled images, from nothing to a checked ONNX file. */
public final class ClassificationTraining {
    private static final int CHECKED_IMAGES = 64;

    /**
     * What decides the outcome.
     *
     * @param architecture resnet20, resnet18 or resnet50
     * @param stem its first convolution
     * @param data the folder of the images, or null for drawn figures
     * @param limit the most images to take, 0 for all
     * @param recipe how the images are seen
     * @param descent how the weights follow
     */
    public record Settings(
            String architecture,
            ResNet.Stem stem,
            @Nullable Path data,
            int limit,
            ClassificationRecipe recipe,
            Descent descent) {
        /** One line with all of it, without the folder: data may move. */
        String describe() {
            return String.format(
                    Locale.ROOT,
                    "classification %s stem=%s%s limit=%d %s %s",
                    architecture,
                    stem,
                    data == null ? " drawn" : "",
                    limit,
                    recipe.describe(),
                    descent.describe());
        }
    }

    /**
     * Stochastic gradient descent.
     *
     * @param schedule the learning rate over the run
     * @param rate the highest learning rate
     * @param momentum Nesterov's
     * @param decay of weights
     */
    public record Descent(Schedule schedule, double rate, double momentum, double decay) {
        /** @throws IllegalArgumentException if a value is out of its range */
        public Descent {
            if (!(rate > 0) || !(momentum >= 0 && momentum < 1) || !(decay >= 0)) {
                throw new IllegalArgumentException("the rate must be positive, momentum in 0..1, decay not negative");
            }
        }

        String describe() {
            return String.format(Locale.ROOT, "%s rate=%s momentum=%s decay=%s", schedule, rate, momentum, decay);
        }
    }

    /**
     * What came out.
     *
     * @param curve a point for each epoch
     * @param file the network
     */
    public record Result(List<EpochReport> curve, TrainedFile file) {}

    private final Settings settings;

    /** A training run. */
    public ClassificationTraining(Settings settings) {
        this.settings = settings;
    }

    /**
     * Trains, and writes the network.
     *
     * @param threads threads of PyTorch
     * @throws InputException if the images can not be used, or a checkpoint is of another run
     */
    public Result run(TrainingFiles files, int threads, TrainingListener listener) {
        ImageSets images = ImageSets.open(settings.data(), settings.limit());
        ImageSet training = images.training();
        ImageSet test = images.test();
        int classes = Math.max(training.classes(), test.classes());
        OnnxModel untrained = ResNet.named(settings.architecture(), settings.stem())
                .build(
                        settings.architecture(),
                        training.side(),
                        classes,
                        settings.recipe().seed());
        TrainedFile.checkTarget(files.output(), files.force(), untrained);
        try (NDManager manager = TorchEngine.open(threads);
                DifferentiableModel model = DifferentiableModel.of(untrained, manager)) {
            var objective = new ClassificationObjective(model, manager, training, test, classes, settings.recipe());
            Descent descent = settings.descent();
            var optimizer = new MomentumDescent(manager, model.parameters(), descent.momentum(), descent.decay());
            var plan = new TrainingPlan(
                    settings.recipe().epochs(), descent.schedule(), descent.rate(), settings.describe());
            List<EpochReport> curve = new Trainer(model, manager, objective, optimizer, plan, files, listener).run();
            NDArray samples = objective.samples(CHECKED_IMAGES);
            Map<String, String> metadata = Map.of(
                    "signet.training", settings.describe(),
                    "signet.training.top1",
                            String.valueOf(curve.getLast().metrics().get("top1")));
            return new Result(
                    curve, TrainedFile.write(model, samples, metadata, files.output(), files.force(), threads));
        }
    }
}
