package dev.signet.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.core.Grouping;
import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Experiment;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.pipeline.Importance;
import dev.signet.lab.pipeline.NamePattern;
import dev.signet.lab.pipeline.Progress;
import dev.signet.lab.pipeline.QuantizeOptions;
import dev.signet.lab.runtime.OnnxRuntimeModel;
import dev.signet.lab.task.Classification;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.rewrite.Format;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet experiment}: one model in many settings, in one table. */
@Command(
        name = "experiment",
        description =
                "Quantizes a model with every combination of the settings and evaluates each: original, vanilla and"
                        + " weighted schemes, and baselines, in one table.",
        footer = {
            "",
            "With --json FILE every finished cell is kept there: the same command goes on where it was stopped.",
        })
final class ExperimentCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TASK", description = "classification")
    @SuppressWarnings("NullAway.Init")
    private String task;

    @Parameters(index = "1", paramLabel = "MODEL.onnx", description = "The model; never touched.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(names = "--data", required = true, paramLabel = "PATH", description = "Labelled images, as in evaluate.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(names = "--limit", paramLabel = "N", description = "Use only N images, as in evaluate.")
    private int limit;

    @Option(names = "--bits", split = ",", paramLabel = "B", description = "1..8.", defaultValue = "2,3,4")
    private List<String> bits = List.of();

    @Option(
            names = "--importance",
            split = ",",
            paramLabel = "I",
            description = "Heat maps: uniform, l1, l1:P, activation, attention, attention:shared or FILE.npz.",
            defaultValue = "uniform,l1")
    private List<String> importances = List.of();

    @Option(
            names = "--method",
            split = ",",
            paramLabel = "M",
            description =
                    "greedy, refined, alternating, output-aware; to compare with: uniform-minmax, uniform-mse, hqq.",
            defaultValue = "alternating")
    private List<String> methods = List.of();

    @Option(
            names = "--group",
            split = ",",
            paramLabel = "G",
            description = "filter, kernel, block:N or layer; baselines are per filter.",
            defaultValue = "filter")
    private List<String> groups = List.of();

    @Option(
            names = {"--seeds", "--seed"},
            split = ",",
            paramLabel = "N",
            description = "Seeds of the samples; the table shows means.",
            defaultValue = "0")
    private List<Long> seeds = List.of();

    @Option(
            names = "--offset",
            negatable = true,
            description = "A constant term in each group.",
            defaultValue = "true",
            fallbackValue = "true")
    private boolean offset;

    @Option(
            names = "--correct",
            negatable = true,
            description = "Match mean and deviation of every output channel (not for baselines).",
            defaultValue = "true",
            fallbackValue = "true")
    private boolean correct;

    @Option(
            names = "--calibrate",
            paramLabel = "DIR|FILE.npy",
            description = "Unlabelled images (or inputs, [samples, ...]) instead of statistics without data.")
    private @Nullable Path calibrate;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "How many samples to look at (default: as many as serve).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private int samples;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Weights or nodes to keep as they are; may be given several times.")
    private List<String> exclude = List.of();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        check();
        PrintWriter out = spec.commandLine().getOut();
        List<Setting> settings = settings();
        QuantizeOptions options = options();
        Classification classification = classification();
        Function<Path, Map<String, Double>> evaluation = file -> evaluate(classification, file);
        ObjectNode question = ExperimentJson.question(
                task, model, ModelFile.read(model).sha256(), data.toString(), classification, options, exclude);
        ObjectNode before = json.earlier()
                .filter(earlier -> question.equals(earlier.get("options")))
                .orElse(null);
        Map<String, Double> original =
                before == null ? evaluation.apply(model) : ExperimentJson.metrics(before.get("original"));
        List<Cell> known = before == null ? List.of() : ExperimentJson.cells(before);
        if (!known.isEmpty() && !work.quiet()) {
            spec.commandLine().getErr().println("signet: note: %d cells are there already".formatted(known.size()));
        }
        List<Cell> finished = new ArrayList<>();
        // What an earlier run found stays in the file until this one is through with it.
        var experiment = new Experiment(
                model, options, evaluation, work.progress(spec.commandLine().getErr()));
        List<Cell> cells = experiment.run(settings, known, cell -> {
            finished.add(cell);
            if (!json.takesStdout()) {
                json.write(ExperimentJson.of(question, original, ExperimentJson.union(finished, known)), out);
            }
        });
        if (!json.takesStdout()) {
            ExperimentTable.print(original, ModelFile.read(model).bytes(), cells, out);
        }
        json.write(ExperimentJson.of(question, original, cells), out);
        return 0;
    }

    private void check() {
        if (!task.equals("classification")) {
            boolean planned = task.equals("super-resolution") || task.equals("style-transfer");
            throw new ParameterException(
                    spec.commandLine(),
                    planned
                            ? "experiment %s is not available yet".formatted(task)
                            : "'%s' is not a task: classification".formatted(task));
        }
        if (limit < 0 || samples < 0) {
            throw new ParameterException(spec.commandLine(), "--limit and --samples must not be negative");
        }
    }

    private List<Setting> settings() {
        try {
            return Setting.all(
                    bits.stream().map(ExperimentCommand::bits).distinct().toList(),
                    methods.stream()
                            .map(String::strip)
                            .distinct()
                            .map(Scheme::parse)
                            .toList(),
                    importances.stream()
                            .map(String::strip)
                            .distinct()
                            .map(Importance::parse)
                            .toList(),
                    groups.stream()
                            .map(String::strip)
                            .distinct()
                            .map(Grouping::parse)
                            .toList(),
                    seeds.stream().distinct().toList());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static int bits(String text) {
        if (!text.strip().matches("[1-8]")) {
            throw new IllegalArgumentException("--bits: '%s' is not a number from 1 to 8".formatted(text));
        }
        return Integer.parseInt(text.strip());
    }

    private QuantizeOptions options() {
        QuantizeOptions usual = QuantizeOptions.defaults(3);
        return new QuantizeOptions(
                usual.bits(),
                usual.method(),
                null,
                usual.grouping(),
                offset,
                correct,
                Format.PACKED,
                exclude.stream().map(NamePattern::new).toList(),
                new QuantizeOptions.Samples(calibrate, samples, images.given()),
                null,
                0,
                work.threads());
    }

    private Classification classification() {
        try {
            return new Classification(LabelledImages.open(data, limit), images.preprocessing());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Map<String, Double> evaluate(Classification classification, Path file) {
        Progress progress = work.progress(spec.commandLine().getErr());
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(file, work.threads());
                Progress.Task running =
                        progress.start("evaluating", classification.images().size())) {
            return classification.evaluate(opened, running::at);
        }
    }
}
