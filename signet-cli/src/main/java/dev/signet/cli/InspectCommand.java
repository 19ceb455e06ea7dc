package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.core.Grouping;
import dev.signet.onnx.file.ModelFile;
import dev.signet.quantize.BitPolicy;
import dev.signet.quantize.inspect.Histogram;
import dev.signet.quantize.inspect.ModelSummary;
import dev.signet.report.InspectPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet inspect}: what a model is made of. */
@Command(
        name = "inspect",
        descriptionHeading = "%nExamples:%n"
                + "  signet inspect model.onnx                        layers, histogram, bytes at 1 to 8 bits%n"
                + "  signet inspect *.onnx                            several models, and one table of all%n"
                + "  signet inspect model.onnx --report page.html     the same as a page with charts%n%n",
        description =
                "Shows a model's weights, their histogram, and what they would take at 1 to 8 bits in each grouping.")
final class InspectCommand implements Callable<Integer> {
    private static final int BAR = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL.onnx",
            description = "The model, or several.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<Path> models = List.of();

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page with a histogram per layer, of one model.")
    private @Nullable Path report;

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        if (report != null && models.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--report shows one model; leave the others out");
        }
        new FileRoles()
                .models(models)
                .output("--report", report, OutputKind.PAGE, force.given())
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
        PrintWriter out = spec.commandLine().getOut();
        List<ModelSummary> summaries = new ArrayList<>();
        for (Path model : models) {
            ModelSummary summary = ModelSummary.of(ModelFile.read(model));
            summaries.add(summary);
            if (!json.takesStdout()) {
                print(summary, out);
                if (models.size() > 1) {
                    out.println();
                }
            }
        }
        if (!json.takesStdout() && summaries.size() > 1) {
            overview(summaries, out);
        }
        List<InspectJson> all = summaries.stream().map(InspectJson::of).toList();
        json.write(all.size() == 1 ? all.getFirst() : all, out);
        if (report != null) {
            Reports.write(report, InspectPage.of(summaries.getFirst()));
        }
        return 0;
    }

    /** A row for each of several models. */
    private static void overview(List<ModelSummary> summaries, PrintWriter out) {
        var table = new TextTable("model", "bytes", "weights to quantize", "of them bytes", "at 3 bits", "");
        for (ModelSummary summary : summaries) {
            long small = summary.packedBytes(new Grouping.Filter(), BitPolicy.DEFAULT_BITS);
            table.add(
                    Figures.name(String.valueOf(Path.of(summary.path()).getFileName())),
                    summary.bytes(),
                    summary.quantizable().size(),
                    summary.floatBytes(),
                    small,
                    summary.floatBytes() == 0 ? "-" : Figures.percent(small, summary.floatBytes()));
        }
        table.print(out);
    }

    private static void print(ModelSummary summary, PrintWriter out) {
        out.println(String.format(
                Locale.ROOT,
                "%s: %s bytes, opset %d, IR version %d",
                summary.path(),
                Figures.bytes(summary.bytes()),
                summary.opset(),
                summary.irVersion()));
        out.println();
        var tensors = new TextTable("tensor", "used by", "shape", "bytes", "deviation", "");
        for (ModelSummary.Layer layer : summary.layers()) {
            ModelSummary.Weights weights = layer.weights();
            tensors.add(
                    Figures.name(layer.name()),
                    weights == null ? "" : Figures.name(String.join(", ", weights.operators())),
                    Figures.shape(layer.shape()),
                    layer.bytes(),
                    weights == null ? "" : String.format(Locale.ROOT, "%.4f", weights.deviation()),
                    layer.kept() == null ? "" : "kept: " + layer.kept());
        }
        tensors.print(out);
        out.println(String.format(
                Locale.ROOT,
                "and %d small tensors (biases, normalization): %s bytes, kept",
                summary.smallTensors(),
                Figures.bytes(summary.smallBytes())));
        if (summary.quantizable().isEmpty()) {
            out.println("nothing here can be quantized");
            return;
        }
        out.println();
        histogram(summary.normalized(), out);
        out.println();
        memory(summary, out);
    }

    private static void histogram(Histogram histogram, PrintWriter out) {
        out.println("all weights, each divided by the standard deviation of its filter:");
        long most = Arrays.stream(histogram.counts()).max().orElse(1);
        int last = histogram.counts().length - 1;
        for (int bin = 0; bin <= last; bin += 2) {
            long count = histogram.counts()[bin] + (bin < last ? histogram.counts()[bin + 1] : 0);
            int length = (int) Math.min(BAR, Math.ceilDiv(count * BAR, 2 * Math.max(1, most)));
            out.println(String.format(Locale.ROOT, "%6.2f %9d  %s", histogram.centre(bin), count, "#".repeat(length)));
        }
    }

    private static void memory(ModelSummary summary, PrintWriter out) {
        out.println("bytes of these weights (and their share of fp32's %s):"
                .formatted(Figures.bytes(summary.floatBytes())));
        var table = new TextTable("grouping", "1 bit", "2", "3", "4", "5", "6", "7", "8");
        groupings(summary).forEach((grouping, bytes) -> {
            List<Object> row = new ArrayList<>(List.of(grouping));
            for (int bits : ModelSummary.allBits()) {
                long size = bytes.applyAsLong(bits);
                row.add(String.format(Locale.ROOT, "%d (%s)", size, Figures.percent(size, summary.floatBytes())));
            }
            table.add(row.toArray());
        });
        table.print(out);
        out.println();
        out.println(
                "the article's layout (one fp32 coefficient per plane and kernel slice), per cent of fp32 per shape:");
        var article = new TextTable("filters x inputs, kernel", "1 bit", "2", "3", "4", "5", "6", "7", "8");
        Map<String, ModelSummary.Weights> shapes = new LinkedHashMap<>();
        summary.quantizable()
                .forEach(w -> shapes.putIfAbsent(
                        String.format(Locale.ROOT, "%d x %d, %d", w.filters(), w.inputs(), w.kernelSize()), w));
        boolean larger = false;
        for (var shape : shapes.entrySet()) {
            List<Object> row = new ArrayList<>(List.of(shape.getKey()));
            for (int bits : ModelSummary.allBits()) {
                double share = shape.getValue().article(bits).relativeToFloat();
                larger |= share >= 1;
                row.add(String.format(Locale.ROOT, "%.1f", 100 * share));
            }
            article.add(row.toArray());
        }
        article.print(out);
        if (larger) {
            out.println("above 100 the article's layout is larger than the original; compare methods at equal bytes");
        }
    }

    private static Map<String, IntToLongFunction> groupings(ModelSummary summary) {
        Map<String, IntToLongFunction> groupings = new LinkedHashMap<>();
        for (Grouping grouping : ModelSummary.GROUPINGS) {
            groupings.put(grouping.text(), bits -> summary.packedBytes(grouping, bits));
        }
        groupings.put("article", summary::articleBytes);
        return groupings;
    }
}
