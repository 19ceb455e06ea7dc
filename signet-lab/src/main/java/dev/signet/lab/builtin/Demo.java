package dev.signet.lab.builtin;

import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.drawing.FigureImages;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.lab.experiment.Experiment;
import dev.signet.lab.image.Picture;
import dev.signet.lab.image.Preprocessing;
import dev.signet.lab.pipeline.Progress;
import dev.signet.lab.runtime.OnnxRuntimeModel;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.PictureTask;
import dev.signet.lab.task.StyleTransfer;
import dev.signet.lab.task.SuperResolution;
import dev.signet.lab.task.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole story on the models that come with Signet: each is quantized in several ways and evaluated on pictures that it was not
 * trained on, drawn as they are needed.
 */
public final class Demo {
    private static final int SCENE_SIDE = 128;
    private static final int STRIPS = 3;

    private final DemoSize size;
    private final int threads;
    private final Progress progress;

    /** A demo on {@code threads} threads; {@code progress} hears how far it is. */
    public Demo(DemoSize size, int threads, Progress progress) {
        this.size = size;
        this.threads = threads;
        this.progress = progress;
    }

    /** Runs everything for one model. */
    public DemoResult run(BuiltInModel model) {
        try (TemporaryFolder folder = TemporaryFolder.create();
                OnnxRuntimeModel opened = OnnxRuntimeModel.open(model.copyTo(folder.path()), threads)) {
            Path file = Path.of(opened.name());
            Task task = task(model, opened);
            // What others are compared with has no metrics of its own.
            Map<String, Double> original =
                    task instanceof StyleTransfer ? Map.of() : metrics(task, opened);
            return trials(model, file, task, original);
        }
    }

    private Task task(BuiltInModel model, OnnxRuntimeModel opened) {
        return switch (model) {
            case FIGURES ->
                new Classification(new FigureImages(Split.HELD_OUT, size.figures()), Preprocessing.CLASSIFICATION);
            case ENLARGING ->
                SuperResolution.of(opened, new ResolutionPairs(scenes(), null), 0, Preprocessing.UNIT);
            case GLASS -> StyleTransfer.against(opened, scenes(), Preprocessing.UNIT, done -> {});
        };
    }

    private Pictures scenes() {
        var drawn = new Scenes(Split.HELD_OUT, SCENE_SIDE, SCENE_SIDE);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < size.scenes(); i++) {
            pictures.add(drawn.picture(i));
        }
        return Pictures.of(drawn.pictures(size.scenes()).names(), pictures);
    }

    private static String data(Task task) {
        return switch (task) {
            case Classification classification -> "%,d drawn figures".formatted(classification.size());
            case PictureTask pictures -> "%d drawn scenes of %d x %d".formatted(pictures.size(), SCENE_SIDE, SCENE_SIDE);
        };
    }

    private DemoResult trials(BuiltInModel model, Path file, Task task, Map<String, Double> original) {
        List<DemoResult.Trial> trials = new ArrayList<>();
        List<List<DemoResult.Shown>> shown = first(task);
        for (DemoWay way : DemoWay.values()) {
            var evaluation = new Evaluation(task, shown.size());
            var experiment = new Experiment(file, way.options(size.samples(), threads), evaluation::of, progress);
            experiment.run(size.bits().stream().map(way::setting).toList(), List.of(), cell -> {
                trials.add(new DemoResult.Trial(way, cell));
                int bits = cell.setting().bits();
                if (bits == size.bits().getFirst()) {
                    for (int i = 0; i < shown.size(); i++) {
                        shown.get(i)
                                .add(new DemoResult.Shown(
                                        "%s, %d bits".formatted(way.text(), bits), evaluation.outputs.get(i)));
                    }
                }
            });
        }
        List<DemoResult.Strip> strips = new ArrayList<>();
        if (task instanceof PictureTask pictures) {
            for (int i = 0; i < shown.size(); i++) {
                strips.add(new DemoResult.Strip(pictures.name(i), shown.get(i)));
            }
        }
        return new DemoResult(
                model, task.kind(), data(task), model.open().bytes(), original, List.copyOf(trials), strips);
    }

    /** What is shown of the first few pictures before anything was quantized. */
    private static List<List<DemoResult.Shown>> first(Task task) {
        List<List<DemoResult.Shown>> shown = new ArrayList<>();
        if (task instanceof PictureTask pictures) {
            for (int i = 0; i < Math.min(STRIPS, pictures.size()); i++) {
                shown.add(new ArrayList<>(List.of(
                        new DemoResult.Shown("input", pictures.input(i)),
                        new DemoResult.Shown(
                                task instanceof StyleTransfer ? "original model" : "wanted", pictures.target(i)))));
            }
        }
        return shown;
    }

    /** Evaluates files, and keeps what the last one made of the first few pictures. */
    private final class Evaluation {
        private final Task task;
        private final int kept;
        private List<Picture> outputs = List.of();

        Evaluation(Task task, int kept) {
            this.task = task;
            this.kept = kept;
        }

        Map<String, Double> of(Path file) {
            try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(file, threads)) {
                List<Picture> made = new ArrayList<>();
                for (int i = 0; i < kept; i++) {
                    made.add(((PictureTask) task).output(opened, i));
                }
                outputs = made;
                return metrics(task, opened);
            }
        }
    }

    private Map<String, Double> metrics(Task task, OnnxRuntimeModel opened) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        try (Progress.Task running = progress.start("evaluating", task.size())) {
            task.evaluate(opened, running::at).forEach((metric, value) -> metrics.put(metric.key(), value));
        }
        return metrics;
    }
}
