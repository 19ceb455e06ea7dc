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
import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.metric.PairedTest;
import dev.signet.lab.runtime.ModelRuntime;
import dev.signet.lab.task.AgainstOriginal;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.OriginalFinder;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
                + "  signet evaluate detection detector-3bit.onnx --data photos/%n"
                + "  signet evaluate agreement b.onnx --reference a.onnx --data inputs.npy%n%n",
        description = {
            "Measures models on a task.",
            "",
            "classification: top-1 and top-5 accuracy.",
            "super-resolution: PSNR, SSIM and MSE of the luma (BT.601, 16..235) and of red, green and blue. Outputs are"
                    + " rounded to 8 bits; as many pixels as pictures become larger are cut off at each edge. Whether a"
                    + " network takes the luma or colours, and enlarges or wants its input enlarged, is found out.",
            "style-transfer: PSNR, SSIM and MSE of red, green and blue against the pictures of --reference. Any"
                    + " network from image to image can be compared with its original so.",
            "detection, segmentation, features, text, sound: what the original network (--reference, or the model"
                    + " beside the file that it was made of) gives on the same inputs is right. Boxes: of the original's"
                    + " those with the same class and an overlap of 0.5, scores at most 0.1 below the threshold; masks:"
                    + " intersection over union; features: cosine; text: characters that are right; sound: signal to"
                    + " noise. agreement finds out what the outputs are: classes (the same best one), one of these,"
                    + " pictures (PSNR) or other numbers. What the inputs are is found out as by quantize.",
            "The first figure has its standard error; with several models each is compared with the first one on"
                    + " the same samples: the difference, and how probable one as large is by chance alone (p)."
                    + " From 0.05 on it is none.",
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
                    "The original: what it gives is what should come out (default: the model beside the file that it"
                            + " was made of). Classification: also compare the answers with this model's, which needs no"
                            + " labels: share of equal answers, and divergence of the class probabilities.")
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
        if (kind.isAgainstOriginal() && runtime != ModelRuntime.ONNXRUNTIME) {
            throw new ParameterException(spec.commandLine(), kind.text() + " is compared in onnxruntime only");
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
        json.write(
                new EvaluateJson(results.stream()
                        .map(result -> json(result, results.getFirst()))
                        .toList()),
                out);
        return 0;
    }

    /** What came out for one model. */
    private record Evaluated(Path file, Task task, Measured measured) {
        Map<Metric, Double> metrics() {
            return measured.figures();
        }

        /** Compared with another model on the same samples. */
        Optional<PairedTest> against(Evaluated other) {
            return equals(other) || measured.first() != other.measured().first()
                    ? Optional.empty()
                    : PairedTest.of(measured.samples(), other.measured().samples());
        }
    }

    private List<Evaluated> evaluate() {
        List<Evaluated> results = new ArrayList<>();
        Map<Path, Task> ofOriginals = new HashMap<>();
        boolean compared = task.kind().isAgainstOriginal() || task.kind() == TaskKind.STYLE_TRANSFER;
        try (ForkJoinPool pool = new ForkJoinPool(work.threads())) {
            for (Path file : models) {
                Task own;
                if (compared) {
                    Path original = reference == null ? OriginalFinder.of(file) : reference;
                    if (!ofOriginals.containsKey(original)) {
                        ofOriginals.put(original, task(original, pool));
                    }
                    own = Objects.requireNonNull(ofOriginals.get(original));
                } else {
                    own = task(file, pool);
                }
                results.add(new Evaluated(file, own, evaluate(own, file, pool)));
            }
        }
        return results;
    }

    private RunnableModel open(Path file, ForkJoinPool pool) {
        return runtime.open(file, precision.or(Precision.EXACT), pool, work.threads());
    }

    private Task task(Path file, ForkJoinPool pool) {
        if (task.kind().isAgainstOriginal()) {
            return task.against(file, work.threads());
        }
        try (RunnableModel model = open(file, pool)) {
            return task.of(model, work.progress());
        }
    }

    private Measured evaluate(Task on, Path file, ForkJoinPool pool) {
        Progress progress = work.progress();
        try (RunnableModel model = open(file, pool);
                Progress.Task running = progress.start(file.getFileName().toString(), on.size())) {
            Measured measured = on.measure(model, running::at);
            if (on instanceof Classification classification && reference != null) {
                try (RunnableModel other = open(reference, pool)) {
                    measured.figures().putAll(classification.compare(model, other, running::at));
                }
            }
            return measured;
        }
    }

    /** A row for each model, before the first of each factor one for what bicubic interpolation achieves. */
    private static void print(List<Evaluated> results, PrintWriter out) {
        Set<Metric> metrics = new LinkedHashSet<>();
        results.forEach(result -> metrics.addAll(result.metrics().keySet()));
        List<String> header = new ArrayList<>(List.of("model", "bytes"));
        metrics.forEach(metric -> header.add(metric.label()));
        boolean several = results.stream()
                .anyMatch(result -> result.against(results.getFirst()).isPresent());
        if (several) {
            header.add("against the first");
        }
        header.add(
                results.stream().allMatch(result -> result.task() instanceof AgainstOriginal) ? "samples" : "images");
        var table = new TextTable(header.toArray(String[]::new));
        Set<Integer> factors = new HashSet<>();
        for (Evaluated result : results) {
            if (result.task() instanceof SuperResolution enlarging && factors.add(enlarging.scale())) {
                var bicubic = new Measured(enlarging.evaluateInterpolation(), new double[0]);
                add(table, "bicubic x" + enlarging.scale(), "-", metrics, bicubic, several ? "-" : "", enlarging);
            }
            String test = result.against(results.getFirst())
                    .map(found -> found.text(result.measured().first()))
                    .orElse("-");
            add(
                    table,
                    result.file(),
                    size(result.file()),
                    metrics,
                    result.measured(),
                    several ? test : "",
                    result.task());
        }
        table.print(out);
    }

    /** @param test the cell of the comparison with the first model; empty where there is no such column */
    private static void add(
            TextTable table,
            Object name,
            Object bytes,
            Set<Metric> columns,
            Measured measured,
            String test,
            Task task) {
        List<Object> row = new ArrayList<>(List.of(name, bytes));
        columns.forEach(metric -> row.add(measured.text(metric)));
        if (!test.isEmpty()) {
            row.add(test);
        }
        row.add(task.size());
        table.add(row.toArray());
    }

    private static EvaluateJson.Model json(Evaluated result, Evaluated first) {
        int images = result.task().size();
        return new EvaluateJson.Model(
                result.file().toString(),
                ExperimentJson.metricsOf(result.metrics(), images),
                ExperimentJson.uncertaintyOf(result.measured()),
                result.against(first).map(ExperimentJson.Test::of).orElse(null),
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
