package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.PrecisionOption;
import dev.signet.cli.option.TaskOptions;
import dev.signet.cli.option.WorkOptions;
import dev.signet.core.compute.Progress;
import dev.signet.engine.Precision;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.runtime.ModelRuntime;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.SuperResolution;
import dev.signet.lab.task.Task;
import dev.signet.lab.task.TaskKind;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.RunnableModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet evaluate}: what models achieve on a task. */
@Command(
        name = "evaluate",
        descriptionHeading = "%nExamples:%n"
                + "  signet evaluate classification a.onnx b.onnx --data images/%n"
                + "  signet evaluate super-resolution a.onnx --data Set5/%n"
                + "  signet evaluate style-transfer b.onnx --reference a.onnx --data photos/%n%n",
        description = {
            "Measures models on a task.",
            "",
            "classification: top-1 and top-5 accuracy.",
            "super-resolution: PSNR, SSIM and MSE of the luma (BT.601, 16..235) and of red, green and blue. Outputs are"
                    + " rounded to 8 bits; as many pixels as pictures become larger are cut off at each edge. Whether a"
                    + " network takes the luma or colours, and enlarges or wants its input enlarged, is found out.",
            "style-transfer: PSNR, SSIM and MSE of red, green and blue against the pictures of --reference. Any"
                    + " network from image to image can be compared with its original so.",
            "PSNR counts equal pictures as 100 dB; figures are means over the images.",
            ""
        })
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "MODEL.onnx",
            description = "Models, Signet's or others.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    @SuppressWarnings("NullAway.Init")
    private List<Path> models;

    @Option(
            names = "--reference",
            paramLabel = "MODEL.onnx",
            description =
                    "Style transfer: the model whose pictures are what should come out. Classification: also compare"
                            + " the answers with this model's, which needs no labels: share of equal answers, and"
                            + " divergence of the class probabilities.")
    private @Nullable Path reference;

    @Option(
            names = "--runtime",
            paramLabel = "R",
            description = "What runs the models: ${COMPLETION-CANDIDATES}.",
            defaultValue = "onnxruntime")
    private ModelRuntime runtime = ModelRuntime.ONNXRUNTIME;

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Mixin
    private TaskOptions task = new TaskOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        TaskKind kind = task.kind();
        if (kind == TaskKind.STYLE_TRANSFER && reference == null) {
            throw new ParameterException(
                    spec.commandLine(), "style-transfer compares with an original: give it as --reference MODEL.onnx");
        }
        if (kind == TaskKind.SUPER_RESOLUTION && reference != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "super-resolution compares with pictures: leave --reference out, or evaluate style-transfer, which"
                            + " compares any network from image to image with its original");
        }
        new FileRoles()
                .models(models)
                .input("--reference", reference)
                .input("--data", task.data())
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
        List<Evaluated> results = evaluate();
        PrintWriter out = spec.commandLine().getOut();
        if (!json.takesStdout()) {
            print(results, out);
        }
        json.write(new EvaluateJson(results.stream().map(EvaluateCommand::json).toList()), out);
        return 0;
    }

    /** What came out for one model. */
    private record Evaluated(Path file, Task task, Map<Metric, Double> metrics) {}

    private List<Evaluated> evaluate() {
        List<Evaluated> results = new ArrayList<>();
        try (ForkJoinPool pool = new ForkJoinPool(work.threads())) {
            Task shared = reference == null || task.kind() != TaskKind.STYLE_TRANSFER ? null : task(reference, pool);
            for (Path file : models) {
                Task own = shared == null ? task(file, pool) : shared;
                results.add(new Evaluated(file, own, evaluate(own, file, pool)));
            }
        }
        return results;
    }

    private RunnableModel open(Path file, ForkJoinPool pool) {
        return runtime.open(file, precision.or(Precision.EXACT), pool, work.threads());
    }

    private Task task(Path file, ForkJoinPool pool) {
        try (RunnableModel model = open(file, pool)) {
            return task.of(model, work.progress());
        }
    }

    private Map<Metric, Double> evaluate(Task on, Path file, ForkJoinPool pool) {
        Progress progress = work.progress();
        try (RunnableModel model = open(file, pool);
                Progress.Task running = progress.start(file.getFileName().toString(), on.size())) {
            Map<Metric, Double> metrics = on.evaluate(model, running::at);
            if (on instanceof Classification classification && reference != null) {
                try (RunnableModel other = open(reference, pool)) {
                    metrics.putAll(classification.compare(model, other, running::at));
                }
            }
            return metrics;
        }
    }

    /** A row for each model, before the first of each factor one for what bicubic interpolation achieves. */
    private static void print(List<Evaluated> results, PrintWriter out) {
        Set<Metric> metrics = new LinkedHashSet<>();
        results.forEach(result -> metrics.addAll(result.metrics().keySet()));
        List<String> header = new ArrayList<>(List.of("model", "bytes"));
        metrics.forEach(metric -> header.add(metric.label()));
        header.add("images");
        var table = new TextTable(header.toArray(String[]::new));
        Set<Integer> factors = new HashSet<>();
        for (Evaluated result : results) {
            if (result.task() instanceof SuperResolution enlarging && factors.add(enlarging.scale())) {
                add(table, "bicubic x" + enlarging.scale(), "-", metrics, enlarging.evaluateInterpolation(), enlarging);
            }
            add(table, result.file(), size(result.file()), metrics, result.metrics(), result.task());
        }
        table.print(out);
    }

    private static void add(
            TextTable table, Object name, Object bytes, Set<Metric> columns, Map<Metric, Double> metrics, Task task) {
        List<Object> row = new ArrayList<>(List.of(name, bytes));
        for (Metric metric : columns) {
            Double value = metrics.get(metric);
            row.add(value == null ? "-" : metric.text(value));
        }
        row.add(task.size());
        table.add(row.toArray());
    }

    private static EvaluateJson.Model json(Evaluated result) {
        int images = result.task().size();
        return new EvaluateJson.Model(
                result.file().toString(),
                ExperimentJson.metricsOf(result.metrics(), images),
                new TreeMap<>(result.task().conditions()),
                result.task() instanceof SuperResolution enlarging
                        ? ExperimentJson.metricsOf(enlarging.evaluateInterpolation())
                        : null);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw InputException.of(file.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
    }
}
