package dev.signet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.pipeline.Progress;
import dev.signet.lab.runtime.ModelRuntime;
import dev.signet.lab.runtime.RunnableModel;
import dev.signet.lab.task.Classification;
import dev.signet.onnx.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
@Command(name = "evaluate", description = "Evaluates models on a task: classification gives top-1 and top-5 accuracy.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TASK", description = "classification")
    @SuppressWarnings("NullAway.Init")
    private String task;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "MODEL.onnx", description = "Models, Signet's or others.")
    @SuppressWarnings("NullAway.Init")
    private List<Path> models;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "A CIFAR-10 binary file, a folder that holds test_batch.bin, or a folder with one folder of"
                    + " pictures per class (classes in the order of the folders' names, or by number where all names are"
                    + " numbers).")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use only N images: the first of a CIFAR-10 file, evenly from all classes of folders.")
    private int limit;

    @Option(
            names = "--reference",
            paramLabel = "MODEL.onnx",
            description =
                    "Also compare the answers with this model's, which needs no labels: share of equal answers, and"
                            + " divergence of the class probabilities.")
    private @Nullable Path reference;

    @Option(
            names = "--runtime",
            paramLabel = "R",
            description = "What runs the models: ${COMPLETION-CANDIDATES}.",
            defaultValue = "onnxruntime")
    private ModelRuntime runtime = ModelRuntime.ONNXRUNTIME;

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
        Classification classification = classification();
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        var table = new TextTable("model", "bytes", "top-1 %", "top-5 %", "images", "agreement %", "KL");
        for (Path file : models) {
            Map<String, Double> metrics = evaluate(classification, file);
            table.add(
                    file,
                    size(file),
                    figure(metrics.getOrDefault("top1", Double.NaN)),
                    figure(metrics.getOrDefault("top5", Double.NaN)),
                    classification.images().size(),
                    figure(metrics.getOrDefault("agreement", Double.NaN)),
                    metrics.containsKey("kl") ? String.format(Locale.ROOT, "%.4f", metrics.get("kl")) : "-");
            ObjectNode result = results.addObject().put("path", file.toString());
            ObjectNode values = result.putObject("metrics");
            metrics.forEach(values::put);
        }
        if (!json.takesStdout()) {
            table.print(out);
        }
        json.write(JsonNodeFactory.instance.objectNode().set("models", results), out);
        return 0;
    }

    private void check() {
        if (!task.equals("classification")) {
            boolean planned = task.equals("super-resolution") || task.equals("style-transfer");
            throw new ParameterException(
                    spec.commandLine(),
                    planned
                            ? "evaluate %s is not available yet".formatted(task)
                            : "'%s' is not a task: classification".formatted(task));
        }
        if (limit < 0) {
            throw new ParameterException(spec.commandLine(), "--limit must not be negative");
        }
    }

    private Classification classification() {
        try {
            return new Classification(LabelledImages.open(data, limit), images.preprocessing());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Map<String, Double> evaluate(Classification classification, Path file) {
        Progress progress = work.progress(spec.commandLine().getErr());
        try (ForkJoinPool pool = new ForkJoinPool(work.threads());
                RunnableModel model = runtime.open(file, pool, work.threads());
                Progress.Task task = progress.start(
                        file.getFileName().toString(), classification.images().size())) {
            Map<String, Double> metrics = classification.evaluate(model, task::at);
            if (reference != null) {
                try (RunnableModel other = runtime.open(reference, pool, work.threads())) {
                    metrics.putAll(classification.compare(model, other, task::at));
                }
            }
            return metrics;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw InputException.of(file.toString(), "can not be read: " + e.getMessage(), "check the path", e);
        }
    }

    private static String figure(double percent) {
        return Double.isNaN(percent) ? "-" : String.format(Locale.ROOT, "%.2f", percent);
    }
}
