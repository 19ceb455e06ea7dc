package dev.signet.train.picture;

import ai.djl.ndarray.NDManager;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.image.Picture;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.TorchEngine;
import dev.signet.train.loop.Adam;
import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.Schedule;
import dev.signet.train.loop.Trainer;
import dev.signet.train.loop.TrainingFiles;
import dev.signet.train.loop.TrainingListener;
import dev.signet.train.loop.TrainingPlan;
import dev.signet.train.network.StylizingNetwork;
import dev.signet.train.output.TrainedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network that paints pictures in one style, from nothing to a checked ONNX file.
 *
 * @param network its size
 * @param data a folder of pictures to paint, or null for drawn ones
 * @param style the picture with the style
 * @param styleName what the recipe calls it
 * @param features a trained classifier: how pictures are seen
 * @param recipe how it learns
 * @param weights what counts how much
 */
public record StyleTraining(
        StylizingNetwork network,
        @Nullable Path data,
        Picture style,
        String styleName,
        OnnxModel features,
        PictureRecipe recipe,
        StyleWeights weights) {
    /**
     * Trains, and writes the network.
     *
     * @param threads threads of PyTorch
     * @throws InputException if pictures or classifier can not be used, or a checkpoint is of another run
     */
    public Result run(TrainingFiles files, int threads, TrainingListener listener) {
        OnnxModel untrained = network.build("stylizing", recipe.seed());
        TrainedFile.checkTarget(files.output(), files.force(), untrained);
        PictureSets pictures = PictureSets.open(data);
        try (NDManager manager = TorchEngine.open(threads);
                DifferentiableModel model = DifferentiableModel.of(untrained, manager);
                Perception perception = Perception.of(features, manager)) {
            var objective = new StyleObjective(model, manager, perception, style, pictures, recipe, weights);
            var plan = new TrainingPlan(recipe.epochs(), Schedule.COSINE, recipe.rate(), describe());
            List<EpochReport> curve = new Trainer(
                            model, manager, objective, new Adam(manager, model.parameters()), plan, files, listener)
                    .run();
            return Result.write(
                    curve, model, objective.sample(), Map.of("signet.training", describe()), files, threads);
        }
    }

    /** All that decides the outcome in one line, without folders: data may move. */
    private String describe() {
        return String.format(
                Locale.ROOT,
                "style channels=%d blocks=%d %s of=%s %s %s",
                network.channels(),
                network.blocks(),
                data == null ? "drawn" : "folder",
                styleName,
                weights.describe(),
                recipe.describe());
    }
}
