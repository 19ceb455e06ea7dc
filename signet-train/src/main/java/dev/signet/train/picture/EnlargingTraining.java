package dev.signet.train.picture;

import ai.djl.ndarray.NDManager;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.TorchEngine;
import dev.signet.train.loop.Adam;
import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.Schedule;
import dev.signet.train.loop.Trainer;
import dev.signet.train.loop.TrainingFiles;
import dev.signet.train.loop.TrainingListener;
import dev.signet.train.loop.TrainingPlan;
import dev.signet.train.network.EnlargingNetwork;
import dev.signet.train.output.TrainedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network that makes pictures twice as large, from nothing to a checked ONNX file.
 *
 * @param network its size
 * @param data a folder of pictures, or null for drawn ones
 * @param recipe how it learns
 */
public record EnlargingTraining(
        EnlargingNetwork network, @Nullable Path data, PictureRecipe recipe) {
    /**
     * Trains, and writes the network.
     *
     * @param threads threads of PyTorch
     * @throws InputException if the pictures can not be used, or a checkpoint is of another run
     */
    public Result run(TrainingFiles files, int threads, TrainingListener listener) {
        OnnxModel untrained = network.build("enlarging", recipe.seed());
        TrainedFile.checkTarget(files.output(), files.force(), untrained);
        PictureSets pictures = PictureSets.open(data);
        try (NDManager manager = TorchEngine.open(threads);
                DifferentiableModel model = DifferentiableModel.of(untrained, manager)) {
            var objective = new EnlargingObjective(model, manager, pictures.training(), pictures.heldOut(), recipe);
            var plan = new TrainingPlan(recipe.epochs(), Schedule.COSINE, recipe.rate(), describe());
            List<EpochReport> curve = new Trainer(
                            model, manager, objective, new Adam(manager, model.parameters()), plan, files, listener)
                    .run();
            return Result.write(
                    curve, model, objective.sample(), Map.of("signet.training", describe()), files, threads);
        }
    }

    /** All that decides the outcome in one line, without the folder: data may move. */
    private String describe() {
        return String.format(
                Locale.ROOT,
                "super-resolution channels=%d blocks=%d %s %s",
                network.channels(),
                network.blocks(),
                data == null ? "drawn" : "folder",
                recipe.describe());
    }
}
