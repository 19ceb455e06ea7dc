package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.SolverOptions;
import dev.signet.cli.option.TaskOptions;
import dev.signet.cli.option.WorkOptions;
import dev.signet.core.Grouping;
import dev.signet.core.compute.Progress;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Experiment;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.TaskTrial;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.task.StyleTransfer;
import dev.signet.lab.task.Task;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.inspect.ModelSummary;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.solve.Importance;
import dev.signet.report.ExperimentDetails;
import dev.signet.report.ExperimentPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
        descriptionHeading = "%nExamples:%n"
                + "  signet experiment classification a.onnx --data images/%n"
                + "  signet experiment classification a.onnx --data images/ --bits 2,3 --importance uniform,l1%n"
                + "  signet experiment super-resolution a.onnx --data Set5/ --report page.html%n%n",
        description =
                "Quantizes a model with every combination of the settings and measures each on a task (see evaluate):"
                        + " the original, the vanilla and the weighted scheme side by side.",
        footer = {
            "",
            "Where no --method is given the heat maps are compared in the article's alternating method, and with what"
                    + " quantize does where nothing is said (output-aware). vanilla, l1 and attention are the article's:"
                    + " no constant term and nothing corrected; --offset and --correct add that, and the name says so.",
            "The first figure has its standard error. A star is for what is better than all others of its row by more"
                    + " than chance: a paired test on the same samples, p below 0.05.",
            "With --json FILE every finished cell is kept there: the same command goes on where it was stopped.",
        })
final class ExperimentCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Mixin
    private TaskOptions task = new TaskOptions();

    @Parameters(index = "1", arity = "0..1", paramLabel = "MODEL.onnx", description = "The model; never touched.")
    @SuppressWarnings("NullAway.Init") // checked first of all
    private Path model;

    @Option(
            names = "--plan",
            paramLabel = "PLAN.yaml",
            description =
                    "Instead of task, model and settings: a file that lists them, for many models (docs/sweeps.md).")
    private @Nullable Path plan;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description =
                    "With --plan: where results are kept, as CSV and a page, and cells that an earlier run finished"
                            + " are found.")
    private @Nullable Path output;

    @Option(names = "--bits", split = ",", paramLabel = "B", description = "1..8.", defaultValue = "2,3,4")
    private List<String> bits = List.of();

    @Option(
            names = "--importance",
            split = ",",
            paramLabel = "I",
            description = "Heat maps: uniform (the vanilla scheme), l1, l1:P, activation, attention,"
                    + " attention:shared or FILE.npz.",
            defaultValue = "uniform,l1,attention")
    private List<String> importances = List.of();

    @Option(
            names = "--method",
            split = ",",
            paramLabel = "M",
            description =
                    "greedy, refined, alternating, output-aware; to compare with: fp16, int8-dynamic, int8-static,"
                            + " uniform-minmax, uniform-mse, hqq, hqq-64, palette, palette-filter, gptq"
                            + " (default: alternating, and output-aware once).",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<String> methods = List.of();

    @Option(
            names = "--peers",
            description = "Also what others do: fp16, int8 as ONNX Runtime's quantizer has it (inputs rounded over"
                    + " each run's range, or over that of samples), uniform levels, HQQ, palettes by k-means, GPTQ; with"
                    + " the bytes that their formats take.")
    private boolean peers;

    @Option(
            names = {"--seeds", "--seed"},
            split = ",",
            paramLabel = "N",
            description = "Seeds of the samples; the table shows means.",
            defaultValue = "0")
    private List<Long> seeds = List.of();

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page with charts, layers and pictures side by side.")
    private @Nullable Path report;

    @Mixin
    private SolverOptions solver = new SolverOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (plan != null) {
            checkPlanAlone();
            new FileRoles()
                    .input("the plan", plan)
                    .output("--report", report, OutputKind.PAGE, force.given())
                    .output("--json", json.file(), OutputKind.JSON, force.given())
                    .check();
            return new PlanRun(work, json, report).run(plan, output, out);
        }
        if (model == null || output != null) {
            task.kind();
            throw new ParameterException(
                    spec.commandLine(), model == null ? "Missing required: MODEL.onnx" : "--output is for --plan");
        }
        List<Setting> settings = settings();
        QuantizeOptions options = options();
        new FileRoles()
                .input("the model", model)
                .input("--data", task.data())
                .input("--calibrate", options.samples().calibration())
                .output("--report", report, OutputKind.PAGE, force.given())
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
        Progress progress = work.progress();
        OnnxModel source = ModelFile.read(model);
        Task on = task(progress);
        SequencedMap<String, Object> question =
                ExperimentJson.question(on, model, source.sha256(), task.data(), options, solver.excludeTexts());
        ExperimentJson before = json.earlier(ExperimentJson.class)
                .filter(earlier -> question.equals(earlier.options()))
                .orElse(null);
        List<Cell> known = before == null ? List.of() : before.earlierCells();
        if (!known.isEmpty()) {
            work.note(String.format(Locale.ROOT, "%d cells are there already", known.size()));
        }
        var trial = new TaskTrial(on, report == null ? 0 : ExperimentDetails.PICTURES);
        Measured original = before == null ? original(trial, progress) : before.earlierOriginal();
        List<Cell> finished = new ArrayList<>();
        keep(ExperimentJson.of(question, original, known), out);
        // What an earlier run found stays in the file until this one is through with it.
        Predicate<Setting> detailed = report == null ? setting -> false : ExperimentDetails.shown(settings);
        List<Cell> cells = new Experiment(model, options, trial, detailed, progress).run(settings, known, cell -> {
            finished.add(cell);
            keep(ExperimentJson.of(question, original, ExperimentJson.union(finished, known)), out);
        });
        var result =
                new ExperimentResult(model, source.bytes(), on, original, cells, trial.pictures(model, work.threads()));
        if (!json.takesStdout()) {
            ExperimentTable.print(result, out);
        }
        json.write(ExperimentJson.of(question, original, cells), out);
        if (report != null) {
            Reports.write(
                    report,
                    ExperimentPage.of(ExperimentDetails.of(result, conditions(cells), ModelSummary.of(source))));
        }
        return 0;
    }

    /** A plan says all: what stands beside it would have no effect. */
    private void checkPlanAlone() {
        var given = spec.commandLine().getParseResult();
        List<String> allowed = List.of(
                "--plan", "--output", "--report", "--json", "--threads", "--memory", "--force", "--quiet", "--verbose");
        for (var option : given.matchedOptions()) {
            if (!allowed.contains(option.longestName())) {
                throw new ParameterException(
                        spec.commandLine(),
                        option.longestName() + " has no effect with --plan; write it into the plan");
            }
        }
        if (!task.isUnsaid() || model != null) {
            throw new ParameterException(
                    spec.commandLine(), "a task or model has no effect with --plan; write it into the plan");
        }
    }

    /** What the figures of the page depend on beside the task. */
    private static Map<String, String> conditions(List<Cell> cells) {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("vanilla, l1, attention", "the article's: alternating, no offset, nothing corrected");
        conditions.put(
                "seeds",
                cells.stream()
                        .map(cell -> String.valueOf(cell.setting().seed()))
                        .distinct()
                        .collect(Collectors.joining(", ")));
        return conditions;
    }

    /** Writes what is there so far, so that an interrupted run can go on. */
    private void keep(ExperimentJson sofar, PrintWriter out) {
        if (!json.takesStdout()) {
            json.write(sofar, out);
        }
    }

    private Task task(Progress progress) {
        if (task.kind().isAgainstOriginal()) {
            return task.against(model, work.threads());
        }
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(model, work.threads())) {
            return task.of(opened, progress);
        }
    }

    private Measured original(TaskTrial trial, Progress progress) {
        return trial.task() instanceof StyleTransfer style
                ? new Measured(style.evaluateReference(), new double[0])
                : trial.evaluate(model, work.threads(), progress).measured();
    }

    private List<Setting> settings() {
        try {
            List<Scheme> schemes = (methods.isEmpty() ? List.of("alternating") : methods)
                    .stream().map(String::strip).distinct().map(Scheme::parse).toList();
            List<Importance> maps = importances.stream()
                    .map(String::strip)
                    .distinct()
                    .map(Importance::parse)
                    .toList();
            List<Grouping> groups = solver.groups();
            List<Way> ways = new ArrayList<>(Way.all(schemes, maps, groups));
            if (methods.isEmpty()) {
                solver.groupsOfDefault().forEach(group -> ways.add(Way.usual(group)));
            }
            if (peers) {
                Scheme.peers().forEach(peer -> ways.add(new Way(peer, null, groups.getFirst())));
            }
            ways.replaceAll(way -> way.with(said("--offset", solver.offset()), said("--correct", solver.correct())));
            return Setting.all(
                    bits.stream().map(ExperimentCommand::bits).distinct().toList(),
                    ways,
                    seeds.stream().distinct().toList());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /** What the user says; null for nothing. */
    private @Nullable Boolean said(String option, boolean value) {
        return spec.commandLine().getParseResult().hasMatchedOption(option) ? value : null;
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
                solver.offset(),
                solver.correct(),
                Format.PACKED,
                solver.exclude(),
                solver.samples(task.ofSamples(), task.inputs().choices()),
                task.inputs().shapes(),
                0,
                work.threads(),
                work.memory(),
                true);
    }
}
