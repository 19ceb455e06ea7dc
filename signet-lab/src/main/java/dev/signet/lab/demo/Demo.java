package dev.signet.lab.demo;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.compute.Progress;
import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.drawing.FigureImages;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Experiment;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.TaskTrial;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.StyleTransfer;
import dev.signet.lab.task.SuperResolution;
import dev.signet.lab.task.Task;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.store.WorkFolder;
import dev.signet.quantize.BitPolicy;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.solve.Importance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The whole story on the models that come with Signet: each is quantized in several ways, without data, and evaluated on pictures
 * that it was not trained on, drawn as they are needed. The ways are the alternating solver with each heat map, no offsets and nothing
 * corrected, and what {@code signet quantize} does if nothing is said.
 */
public final class Demo {
    private static final int SCENE_SIDE = 128;
    private static final Grouping GROUP = new Grouping.Filter();
    private static final List<Long> SEEDS = List.of(0L);
    private static final List<Way> PLAIN = Way.all(
            List.of(new Scheme.Own(Method.ALTERNATING)),
            List.of(new Importance.Uniform(), new Importance.L1(1), Importance.parse("attention")),
            List.of(GROUP));

    private final DemoSize size;
    private final int threads;
    private final Progress progress;

    /** A demo on {@code threads} threads; {@code progress} hears how far it is. */
    public Demo(DemoSize size, int threads, Progress progress) {
        this.size = size;
        this.threads = threads;
        this.progress = progress;
    }

    /** Quantizes and evaluates one model. */
    public ExperimentResult run(BuiltInModel model) {
        try (WorkFolder folder = WorkFolder.temporary()) {
            Path file = model.copyTo(folder.path());
            Task task = task(model, file);
            var trial = new TaskTrial(task, size.shown());
            List<Way> ways = new ArrayList<>(PLAIN);
            ways.add(Way.usual(GROUP));
            List<Cell> cells = new Experiment(file, options(model), trial, setting -> true, progress)
                    .run(Setting.all(size.bits(), ways, SEEDS), List.of(), cell -> {});
            return new ExperimentResult(
                    file.getFileName(),
                    ModelFile.read(file).bytes(),
                    task,
                    original(trial, file),
                    cells,
                    trial.pictures(file, threads));
        }
    }

    /** The original's metrics; where it is what others are compared with, those of a perfect copy. */
    private Measured original(TaskTrial trial, Path file) {
        return trial.task() instanceof StyleTransfer style
                ? new Measured(style.evaluateReference(), new double[0])
                : trial.evaluate(file, threads, progress).measured();
    }

    private QuantizeOptions options(BuiltInModel model) {
        int samples = model == BuiltInModel.FIGURES ? size.figureSamples() : size.sceneSamples();
        return new QuantizeOptions(
                new BitPolicy.Uniform(size.bits().getFirst()),
                Method.OUTPUT_AWARE,
                null,
                GROUP,
                true,
                true,
                Format.PACKED,
                List.of(),
                new QuantizeOptions.Samples(null, samples, null),
                null,
                SEEDS.getFirst(),
                threads,
                MemoryBudget.usual(),
                true);
    }

    private Task task(BuiltInModel model, Path file) {
        return switch (model) {
            case FIGURES ->
                new Classification(new FigureImages(Split.HELD_OUT, size.figures()), Preprocessing.CLASSIFICATION);
            case ENLARGING -> {
                try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(file, threads)) {
                    yield SuperResolution.of(opened, new ResolutionPairs(scenes(), null), 0, Preprocessing.UNIT);
                }
            }
            case GLASS -> {
                try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(file, threads)) {
                    yield StyleTransfer.against(opened, scenes(), Preprocessing.UNIT, done -> {});
                }
            }
        };
    }

    /** Drawn once, and not again for each way. */
    private Pictures scenes() {
        var drawn = new Scenes(Split.HELD_OUT, SCENE_SIDE, SCENE_SIDE);
        List<Picture> pictures =
                IntStream.range(0, size.scenes()).mapToObj(drawn::picture).toList();
        return Pictures.of(drawn.pictures(size.scenes()).names(), pictures);
    }
}
