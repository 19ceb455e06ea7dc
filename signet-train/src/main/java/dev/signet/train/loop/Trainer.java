package dev.signet.train.loop;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.signet.quantize.NotAchievedException;
import dev.signet.train.graph.DifferentiableModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Trains a network: steps, epochs, checkpoints. */
public final class Trainer {
    private final DifferentiableModel model;
    private final NDManager manager;
    private final Objective objective;
    private final Optimizer optimizer;
    private final TrainingPlan plan;
    private final TrainingFiles files;
    private final TrainingListener listener;

    private final List<EpochReport> curve = new ArrayList<>();
    private double lossSum;
    private double secondsBefore;

    /** A trainer of {@code model}; scratch arrays belong to {@code manager}. */
    public Trainer(
            DifferentiableModel model,
            NDManager manager,
            Objective objective,
            Optimizer optimizer,
            TrainingPlan plan,
            TrainingFiles files,
            TrainingListener listener) {
        this.model = model;
        this.manager = manager;
        this.objective = objective;
        this.optimizer = optimizer;
        this.plan = plan;
        this.files = files;
        this.listener = listener;
    }

    /**
     * Trains until all epochs are done, from where the checkpoint left off if the run is to be resumed.
     *
     * @return the curve, a point for each epoch
     * @throws NotAchievedException if the loss becomes infinite
     */
    public List<EpochReport> run() {
        int epoch = 0;
        int step = 0;
        if (files.resume()) {
            Checkpoint start = Checkpoint.read(files.checkpoint(), plan.recipe());
            start.restore(model, optimizer);
            curve.addAll(start.curve());
            epoch = start.epoch();
            step = start.step();
            lossSum = start.lossSum();
            secondsBefore = start.seconds();
        }
        model.requireGradients();
        var clock = new StepClock(plan, objective);
        for (; epoch < plan.epochs(); epoch++, step = 0) {
            trainEpoch(epoch, step, clock);
        }
        return List.copyOf(curve);
    }

    private void trainEpoch(int epoch, int firstStep, StepClock clock) {
        Instant began = Instant.now();
        Instant saved = began;
        int steps = objective.steps(epoch);
        if (firstStep == 0) {
            lossSum = 0;
            secondsBefore = 0;
        }
        for (int step = firstStep; step < steps; step++) {
            double rate = plan.rate() * plan.schedule().factor((epoch + (step + 0.5) / steps) / plan.epochs());
            Instant before = Instant.now();
            lossSum += step(epoch, step, rate);
            clock.took(Duration.between(before, Instant.now()), epoch);
            listener.step(new TrainingListener.StepReport(
                    epoch, step, steps, lossSum / (step + 1), rate, clock.mean(epoch), clock.left(epoch, step + 1)));
            boolean due = Duration.between(saved, Instant.now()).compareTo(files.checkpointEvery()) > 0;
            if (due && step + 1 < steps) {
                save(epoch, step + 1, began);
                saved = Instant.now();
            }
        }
        var metrics = objective.evaluate();
        double seconds = secondsBefore + seconds(began);
        var report = new EpochReport(epoch + 1, lossSum / steps, metrics, seconds);
        curve.add(report);
        lossSum = 0;
        secondsBefore = 0;
        save(epoch + 1, 0, Instant.now());
        listener.epoch(report);
    }

    private double step(int epoch, int step, double rate) {
        double value;
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray loss = objective.loss(epoch, step, scratch);
            collector.backward(loss);
            value = loss.getFloat();
        }
        if (!Double.isFinite(value)) {
            throw new NotAchievedException(String.format(
                    Locale.ROOT,
                    "the loss is no longer a number in epoch %d, step %d; use a lower --rate",
                    epoch + 1,
                    step + 1));
        }
        // Outside of the collector: the update itself is not differentiated.
        optimizer.step(rate);
        return value;
    }

    private void save(int epoch, int step, Instant began) {
        Checkpoint.of(plan.recipe(), epoch, step, lossSum, secondsBefore + seconds(began), curve, model, optimizer)
                .write(files.checkpoint());
    }

    private static double seconds(Instant began) {
        return Duration.between(began, Instant.now()).toNanos() / 1e9;
    }
}
