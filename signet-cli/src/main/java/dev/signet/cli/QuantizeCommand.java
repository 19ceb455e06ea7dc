package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.ImageOptions;
import dev.signet.cli.option.InputOptions;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.SolverOptions;
import dev.signet.cli.option.WorkOptions;
import dev.signet.core.Method;
import dev.signet.lab.task.UserMetrics;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Documentation;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.store.OutputFile;
import dev.signet.quantize.BitPolicy;
import dev.signet.quantize.ModelQuantizer;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.Verdict;
import dev.signet.quantize.figure.UserMetric;
import dev.signet.quantize.inspect.ModelSummary;
import dev.signet.quantize.solve.Importance;
import dev.signet.report.QuantizePage;
import dev.signet.report.QuantizePictures;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet quantize}: the main job. */
@Command(
        name = "quantize",
        descriptionHeading = "%nExamples:%n"
                + "  signet quantize model.onnx                       the smallest file that stays good%n"
                + "  signet quantize model.onnx --bits 3              3 bits a weight, into model-3bit.onnx%n"
                + "  signet quantize model.onnx --calibrate photos/   statistics from your own unlabelled images%n%n",
        description =
                "Writes a model with 1 to 8 bits a weight that every ONNX Runtime opens, and proves that it does what"
                        + " it should.",
        footer = {
            "",
            "Every weight tensor is listed: quantized (bits, bytes, relative error, output signal to noise) or kept,"
                    + " and why. The result is written beside the target, opened in ONNX Runtime, compared with its"
                    + " dequantized twin, and only then renamed."
        })
final class QuantizeCommand implements Callable<Integer> {
    /** Bytes of no model in particular: enough for a share of them to be a size. */
    private static final long ANY_SIZE = 1L << 30;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL.onnx",
            description = "The model, or several with --out-dir; never touched.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<Path> models = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.onnx",
            description = "The file to write (default: MODEL-3bit.onnx beside the model, with the bits asked for).")
    private @Nullable Path output;

    @Option(
            names = "--out-dir",
            paramLabel = "DIR",
            description =
                    "The folder to write to, under the models' own names; one line for each model, and the exit code"
                            + " of the worst.")
    private @Nullable Path outDir;

    @Option(
            names = "--bits",
            paramLabel = "BITS",
            description =
                    "1..8; or per layer, the first pattern that matches decides: 'conv1=4,*fc*=4,*=2' (globs over names"
                            + " of weights and nodes; layers that none matches get 3). Without it, as few as keep"
                            + " --min-snr.")
    private @Nullable String bits;

    @Option(
            names = "--min-snr",
            paramLabel = "DB",
            description =
                    "Instead of --bits: the smallest file that keeps every output so many decibels above the noise of"
                            + " quantization; bits per layer by the damage they do (default: 20).")
    private @Nullable Double minSnr;

    @Option(
            names = "--max-drop",
            paramLabel = "POINTS",
            description =
                    "Instead of --bits: the smallest file that loses at most so many points on --data: top-1 where it"
                            + " has classes (a CIFAR-10 file, one folder per class), else per cent of agreement with the"
                            + " float network.")
    private @Nullable Double maxDrop;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "What --max-drop is measured on: labelled pictures, any pictures, or a .npy file of inputs.")
    private @Nullable Path data;

    @Option(
            names = "--target-size",
            paramLabel = "SIZE",
            description = "Instead of --bits: 10%%, 900KB; the best bits per layer that fit.")
    private @Nullable String targetSize;

    @Option(
            names = "--method",
            paramLabel = "M",
            description = "output-aware (least error of each layer's output), alternating (least error of the weights),"
                    + " refined or greedy.",
            defaultValue = "output-aware")
    @SuppressWarnings("NullAway.Init")
    private String method;

    @Option(
            names = "--importance",
            paramLabel = "I",
            description = "The heat map: uniform, l1, l1:P, activation, attention (a module trained for each layer),"
                    + " attention:shared (one for all) or FILE.npz with one array for each tensor (default:"
                    + " uniform).")
    private @Nullable String importance;

    @Option(
            names = "--save-importance",
            paramLabel = "FILE.npz",
            description = "Keep the heat maps: the file is one that --importance takes.")
    private @Nullable Path saveImportance;

    @Mixin
    private SolverOptions solver = new SolverOptions();

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "packed (one local function per weight), inline (plain nodes, for old runtimes), dq"
                    + " (DequantizeLinear: loads at once, in less memory; larger) or float (dequantized fp32"
                    + " weights, no smaller).",
            defaultValue = "packed")
    @SuppressWarnings("NullAway.Init")
    private String format;

    @Mixin
    private InputOptions inputs = new InputOptions();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all that is random.", defaultValue = "0")
    private long seed;

    @Option(
            names = "--verify",
            negatable = true,
            fallbackValue = "true",
            defaultValue = "true",
            description = "Open what was written in ONNX Runtime and compare it (default); --no-verify for models with"
                    + " operators that it lacks.")
    private boolean verify = true;

    @Option(
            names = "--strip",
            description = "Leave out all documentation, and shorten names inside; those of inputs and outputs stay.")
    private boolean strip;

    @Option(
            names = "--keep-docs",
            description = "Keep what exporters write about nodes: stack traces, shapes between them.")
    private boolean keepDocs;

    @Option(names = "--report", paramLabel = "FILE.html", description = "Write a page with tables and charts.")
    private @Nullable Path report;

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        // Wrong usage is wrong whatever the model.
        QuantizeOptions options = options(ANY_SIZE);
        if (options.format() == Format.DQ && options.method() != Method.OUTPUT_AWARE) {
            throw new ParameterException(
                    spec.commandLine(), "--format dq: only --method output-aware finds levels that are evenly spaced");
        }
        if (importance != null && options.method() == Method.OUTPUT_AWARE) {
            work.note("the output-aware method weighs weights by what it measures; --importance is not used");
        }
        if (saveImportance != null && options.method() == Method.OUTPUT_AWARE) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--save-importance: the output-aware method has no heat map; give an --importance or another"
                            + " --method");
        }
        checkCombinations();
        List<Path> targets =
                models.stream().map(model -> target(model, options)).toList();
        targets.forEach(target -> checkFree(target, outDir == null ? "-o" : "--out-dir"));
        checkFree(saveImportance, "--save-importance");
        if (outDir != null) {
            OutputFile.makeFolder(outDir);
        }
        var roles = new FileRoles()
                .models(models)
                .input("--calibrate", options.samples().calibration())
                .input("--data", data)
                .input("--importance", options.importance() instanceof Importance.FromFile given ? given.file() : null)
                .output("--save-importance", saveImportance)
                .output("--report", report, OutputKind.PAGE, force.given())
                .output("--json", json.file(), OutputKind.JSON, force.given());
        targets.forEach(target -> roles.output(outDir == null ? "-o" : "the file in --out-dir", target));
        roles.check();
        return outDir == null ? one(models.getFirst(), targets.getFirst(), out) : several(targets, out);
    }

    private int one(Path model, Path target, PrintWriter out) {
        OnnxModel source = ModelFile.read(model);
        QuantizeReport result = quantize(source, target);
        if (!json.takesStdout()) {
            print(result, out);
            ResultWriter.print(Verdict.of(result), out);
        }
        json.write(QuantizeJson.of(result), out);
        if (report != null) {
            var pictures = QuantizePictures.of(source.path(), target, "quantized", work.threads());
            Reports.write(
                    report,
                    QuantizePage.of(result, ModelSummary.of(source), pictures, Reports.command(spec))
                            .foot(Reports.foot(spec, List.of(source.path(), target))));
        }
        return 0;
    }

    /** One line for each model, whatever becomes of the others. */
    private int several(List<Path> targets, PrintWriter out) {
        List<QuantizeJson> results = new ArrayList<>();
        int worst = 0;
        for (int i = 0; i < models.size(); i++) {
            try {
                QuantizeReport result = quantize(ModelFile.read(models.get(i)), targets.get(i));
                results.add(QuantizeJson.of(result));
                if (!json.takesStdout()) {
                    printLine(result, out);
                }
            } catch (InputException | OutputException | NotAchievedException e) {
                spec.commandLine().getErr().println("signet: " + Messages.oneLine(String.valueOf(e.getMessage())));
                worst = Math.max(worst, e instanceof NotAchievedException ? Main.FAILED : Main.BAD_INPUT);
            }
        }
        json.write(Map.of("models", results), out);
        return worst;
    }

    private QuantizeReport quantize(OnnxModel source, Path target) {
        QuantizeReport result = new ModelQuantizer(measured(options(source.bytes()), source), work.progress())
                .quantize(source, target, force.given(), saveImportance);
        result.notes().forEach(work::note);
        return result;
    }

    private void checkCombinations() {
        if (outDir != null && output != null) {
            throw new ParameterException(spec.commandLine(), "-o and --out-dir exclude each other");
        }
        if (models.size() > 1 && outDir == null) {
            throw new ParameterException(spec.commandLine(), "several models need --out-dir DIR");
        }
        if (outDir != null && (report != null || saveImportance != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--report and --save-importance are of one model: leave --out-dir out");
        }
    }

    private Path target(Path model, QuantizeOptions options) {
        if (outDir != null) {
            return outDir.resolve(String.valueOf(model.getFileName()));
        }
        return output != null ? output : defaultOutput(model, options);
    }

    private void checkFree(@Nullable Path file, String option) {
        if (file != null && !force.given() && Files.isRegularFile(file)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s exists already; choose another %s, or --force to replace it".formatted(file, option));
        }
    }

    private QuantizeOptions options(long bytes) {
        return new QuantizeOptions(
                policy(bytes),
                method(),
                importance == null ? null : parsed("--importance", this::importance),
                parsed("--group", solver::group),
                solver.offset(),
                solver.correct(),
                parsed("--format", () -> choice(Format.values(), Format::text, format, "format")),
                solver.exclude(),
                solver.samples(parsed("--mean, --std, --scale", images::ofSamples), inputs.choices()),
                inputs.shapes(),
                seed,
                work.threads(),
                work.memory(),
                verify,
                documentation());
    }

    private Documentation documentation() {
        if (strip && keepDocs) {
            throw new ParameterException(spec.commandLine(), "--strip and --keep-docs exclude each other");
        }
        return strip ? Documentation.STRIPPED : keepDocs ? Documentation.KEPT : Documentation.LEAN;
    }

    /** For {@code --max-drop}: the options with the metric that the data allow. */
    private QuantizeOptions measured(QuantizeOptions options, OnnxModel source) {
        if (maxDrop == null) {
            return options;
        }
        UserMetric metric = UserMetrics.of(
                source,
                Objects.requireNonNull(data),
                options.samples().preprocessing(),
                options.samples().inputs(),
                options.inputShapes(),
                options.threads());
        return options.withBits(new BitPolicy.MaxDrop(maxDrop, metric));
    }

    private BitPolicy policy(long bytes) {
        if (Stream.of(bits, minSnr, maxDrop, targetSize)
                        .filter(Objects::nonNull)
                        .count()
                > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--bits, --min-snr, --max-drop and --target-size exclude each other");
        }
        if ((maxDrop == null) != (data == null)) {
            throw new ParameterException(spec.commandLine(), "--max-drop and --data need each other");
        }
        if (maxDrop != null && !(maxDrop >= 0 && maxDrop <= 100)) {
            throw new ParameterException(spec.commandLine(), "--max-drop must be 0 to 100 points, not " + maxDrop);
        }
        if (targetSize != null) {
            if (format.equals(Format.FLOAT.text())) {
                throw new ParameterException(
                        spec.commandLine(), "--target-size needs --format packed or inline: floats have one size");
            }
            return parsed("--target-size", () -> BitPolicy.target(String.valueOf(targetSize), bytes));
        }
        if (minSnr != null) {
            double decibels = minSnr;
            return parsed("--min-snr", () -> new BitPolicy.MinSnr(decibels));
        }
        String given = bits;
        if (given != null) {
            return parsed("--bits", () -> BitPolicy.parse(given));
        }
        // Who compares methods or heat maps wants the same bits for all.
        boolean compared =
                importance != null || spec.commandLine().getParseResult().hasMatchedOption("--method");
        return compared ? new BitPolicy.Uniform(BitPolicy.DEFAULT_BITS) : BitPolicy.MinSnr.DEFAULT;
    }

    private Method method() {
        // A heat map is what the user wants to see at work: the output-aware method measures its own.
        if (importance != null && !spec.commandLine().getParseResult().hasMatchedOption("--method")) {
            return Method.ALTERNATING;
        }
        return parsed("--method", () -> choice(Method.values(), Method::text, method, "method"));
    }

    private Importance importance() {
        return Importance.parse(String.valueOf(importance));
    }

    private static <T> T choice(T[] values, java.util.function.Function<T, String> text, String wanted, String what) {
        return Arrays.stream(values)
                .filter(value -> text.apply(value).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' is not a %s: %s"
                        .formatted(wanted, what, Arrays.stream(values).map(text).collect(Collectors.joining(", ")))));
    }

    private <T extends @Nullable Object> T parsed(String option, Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }

    private static Path defaultOutput(Path model, QuantizeOptions options) {
        String name = String.valueOf(model.getFileName());
        String stem = name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
        String suffix = options.bits() instanceof BitPolicy.Uniform(int uniform) ? uniform + "bit" : "mixed";
        return model.resolveSibling(stem + "-" + suffix + ".onnx");
    }

    /** For a target size: what each number of bits would do. */
    private static void printDamage(QuantizeReport result, PrintWriter out) {
        List<TensorReport> measured =
                result.tensors().stream().filter(t -> t.damage() != null).toList();
        if (measured.isEmpty()) {
            return;
        }
        out.println("noise in the network's output, relative, if only this weight had 1..8 bits; > is what was chosen");
        var table = new TextTable("weight", "1", "2", "3", "4", "5", "6", "7", "8");
        for (TensorReport tensor : measured) {
            List<Object> cells = new ArrayList<>(List.of(Figures.name(tensor.name())));
            int chosen = tensor.quantized() == null ? 0 : tensor.quantized().bits();
            for (double damage : Objects.requireNonNull(tensor.damage())) {
                cells.add((cells.size() == chosen ? ">" : "") + String.format(Locale.ROOT, "%.1e", damage));
            }
            table.add(cells.toArray());
        }
        table.print(out);
        out.println();
    }

    private static void print(QuantizeReport result, PrintWriter out) {
        var table = new TextTable("weight", "shape", "bits", "before", "after", "error", "SNR dB", "");
        printDamage(result, out);
        for (TensorReport tensor : result.tensors()) {
            TensorReport.Quantized quantized = tensor.quantized();
            table.add(
                    Figures.name(tensor.name()),
                    Figures.shape(tensor.shape()),
                    quantized == null ? "-" : quantized.bits(),
                    tensor.bytesBefore(),
                    tensor.bytesAfter(),
                    quantized == null ? "-" : Figures.error(quantized.weightError()),
                    quantized == null || quantized.outputSnr() == null
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f", quantized.outputSnr()),
                    tensor.kept() == null ? "" : "kept: " + tensor.kept());
        }
        table.print(out);
        out.println();
        out.println("statistics: " + result.statistics());
        if (result.outputSnr() != null) {
            out.println(String.format(
                    Locale.ROOT,
                    "output:     %.1f dB above the noise of quantization (%s), on samples that nothing was solved with",
                    result.outputSnr(),
                    result.outputs().size() == 1
                            ? "its mean left out"
                            : String.format(
                                    Locale.ROOT,
                                    "the worst of %d outputs, '%s'",
                                    result.outputs().size(),
                                    result.outputs().getFirst().name())));
        }
        out.println("verified:   " + result.verification().text());
        printLine(result, out);
    }

    private static void printLine(QuantizeReport result, PrintWriter out) {
        out.println("%s: %s -> %s bytes, %s"
                .formatted(
                        result.target(),
                        Figures.bytes(result.bytesBefore()),
                        Figures.bytes(result.bytesAfter()),
                        Figures.percent(result.bytesAfter(), result.bytesBefore())));
    }
}
