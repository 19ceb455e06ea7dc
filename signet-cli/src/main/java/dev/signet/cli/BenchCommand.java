package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.PrecisionOption;
import dev.signet.cli.option.WorkOptions;
import dev.signet.core.compute.Progress;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Precision;
import dev.signet.engine.WeightMode;
import dev.signet.lab.speed.Explanation;
import dev.signet.lab.speed.KernelCase;
import dev.signet.lab.speed.KernelSpeed;
import dev.signet.lab.speed.NetworkSpeed;
import dev.signet.lab.speed.Stopwatch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet bench}: Signet's engine beside ONNX Runtime. */
@Command(
        name = "bench",
        descriptionHeading = "%nExamples:%n"
                + "  signet bench                                      the kernels%n"
                + "  signet bench model.onnx small.onnx                two networks%n"
                + "  signet bench model.onnx --explain                 its layers one by one%n%n",
        description = {
            "Times Signet's engine beside ONNX Runtime on this machine: the same work in both, in turn, in one"
                    + " process.",
            "",
            "A ratio above 1 means that Signet is faster. It is the median over all rounds; the spread is the distance"
                    + " between its quartiles, relative to the median. Kernels are compared with ONNX Runtime's in fp32; a"
                    + " network runs from the same file in both. Open sides of inputs are 224 for classifiers and 256 for"
                    + " image networks.",
            "",
            "Signet runs twice: fast, with packed weights decoded or transformed once where that pays, and packed,"
                    + " with weights that stay packed in memory. Where a network bears it, kernels round activations to 8"
                    + " bits: what that changes is in the last column. --precision exact switches them off.",
            ""
        })
final class BenchCommand implements Callable<Integer> {
    private static final double KERNEL_SECONDS = 50;
    private static final double NETWORK_SECONDS = 6;
    // Shares of the time that is spent before anything is timed: the first round of all kernels lets the compiler see
    // them all, as it would in a network; the second warms up the one that is timed next.
    private static final double FIRST_ROUND = 0.1;
    private static final double WARM_UP = 0.25;

    /** What two runtimes may differ by in fp32. */
    private static final double TOLERANCE = 1e-3;

    /** The same where kernels round. */
    private static final double ROUNDING_TOLERANCE = 5e-2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "MODEL.onnx",
            description = "Networks; none for the kernels.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private List<Path> models = new ArrayList<>();

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Samples of a network's input, where the model leaves their number open.",
            defaultValue = "1")
    private int batch = 1;

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Option(
            names = "--explain",
            description = "Show for each layer of the networks how it is computed and where the time goes.")
    private boolean explain;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long to measure, about: all kernels (default: 50), or each network (default: 6).",
            showDefaultValue = Visibility.NEVER)
    private @Nullable Double seconds;

    @Mixin
    private WorkOptions work = new WorkOptions(1);

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        check();
        new FileRoles()
                .models(models)
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
        PrintWriter out = spec.commandLine().getOut();
        List<BenchJson.Kernel> kernels = new ArrayList<>();
        List<BenchJson.Network> networks = new ArrayList<>();
        TextTable table;
        try (ForkJoinPool pool = new ForkJoinPool(work.threads())) {
            table = models.isEmpty() ? kernels(pool, kernels) : networks(pool, networks);
        }
        if (!json.takesStdout()) {
            table.print(out);
        }
        if (!json.takesStdout()) {
            networks.forEach(network -> network.explain(out));
        }
        json.write(new BenchJson(kernels, networks, work.threads()), out);
        return 0;
    }

    private void check() {
        if (explain && models.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--explain needs a network: give a MODEL.onnx");
        }
        if (batch < 1 || batch > 65_536) {
            throw new ParameterException(spec.commandLine(), "--batch must be 1..65536, not " + batch);
        }
        if (seconds != null && !(seconds > 0 && seconds <= 86_400)) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be above 0, at most 86400, not " + seconds);
        }
    }

    private Precision precision() {
        return precision.or(Precision.BOUNDED);
    }

    private TextTable kernels(ForkJoinPool pool, List<BenchJson.Kernel> results) {
        List<KernelCase> cases = KernelCase.all();
        double each = (seconds == null ? KERNEL_SECONDS : seconds) / cases.size();
        Stopwatch first = new Stopwatch(duration(each * FIRST_ROUND), Duration.ZERO);
        Stopwatch second = stopwatch(each * (1 - FIRST_ROUND));
        TextTable table = new TextTable(
                "kernel",
                "shape",
                "bits",
                "ratio",
                "spread %",
                "ms",
                "packed ratio",
                "packed ms",
                "onnxruntime ms",
                "change %");
        Progress progress = work.progress();
        try (Progress.Task task = progress.start("kernels", 2L * cases.size())) {
            for (int i = 0; i < cases.size(); i++) {
                KernelSpeed.measure(cases.get(i), precision(), first, pool, work.threads());
                task.at(i + 1);
            }
            for (int i = 0; i < cases.size(); i++) {
                for (KernelSpeed speed : KernelSpeed.measure(cases.get(i), precision(), second, pool, work.threads())) {
                    add(speed, table);
                    results.add(BenchJson.Kernel.of(speed));
                }
                task.at(cases.size() + i + 1);
            }
        }
        return table;
    }

    private static void add(KernelSpeed speed, TextTable table) {
        table.add(
                speed.kernel().kernel(),
                speed.kernel().shape(),
                speed.bits(),
                figure(speed.fast().ratio().median(), 2),
                figure(100 * speed.fast().ratio().spread(), 1),
                figure(speed.fast().milliseconds(), 3),
                speed.isFloat() ? "" : figure(speed.packed().ratio().median(), 2),
                speed.isFloat() ? "" : figure(speed.packed().milliseconds(), 3),
                figure(speed.onnxruntimeMilliseconds(), 3),
                figure(100 * speed.change(), 2));
    }

    private TextTable networks(ForkJoinPool pool, List<BenchJson.Network> results) {
        Stopwatch stopwatch = stopwatch(seconds == null ? NETWORK_SECONDS : seconds);
        TextTable table = new TextTable(
                "model",
                "input",
                "ratio",
                "spread %",
                "ms",
                "packed ratio",
                "packed ms",
                "onnxruntime ms",
                "difference");
        PrintWriter err = spec.commandLine().getErr();
        try (Progress.Task task = work.progress().start("networks", models.size())) {
            for (int i = 0; i < models.size(); i++) {
                NetworkSpeed speed =
                        NetworkSpeed.measure(models.get(i), batch, precision(), stopwatch, pool, work.threads());
                if (speed.difference() > (precision() == Precision.EXACT ? TOLERANCE : ROUNDING_TOLERANCE)) {
                    err.println(String.format(
                            Locale.ROOT,
                            "signet: %s: the runtimes' outputs differ by %.1e of the largest",
                            models.get(i),
                            speed.difference()));
                }
                add(speed, table);
                results.add(BenchJson.Network.of(
                        speed, explain ? Optional.of(explanation(models.get(i), pool)) : Optional.empty()));
                task.at(i + 1);
            }
        }
        return table;
    }

    private Explanation explanation(Path model, ForkJoinPool pool) {
        EngineOptions options = new EngineOptions(WeightMode.FAST, precision());
        Stopwatch stopwatch = stopwatch(seconds == null ? NETWORK_SECONDS : seconds);
        return Explanation.of(model, batch, options, stopwatch, pool, work.threads());
    }

    private static void add(NetworkSpeed speed, TextTable table) {
        table.add(
                speed.model(),
                Figures.shape(speed.inputShape()),
                figure(speed.fast().ratio().median(), 2),
                figure(100 * speed.fast().ratio().spread(), 1),
                figure(speed.fast().milliseconds(), 3),
                figure(speed.packed().ratio().median(), 2),
                figure(speed.packed().milliseconds(), 3),
                figure(speed.onnxruntimeMilliseconds(), 3),
                String.format(Locale.ROOT, "%.1e", speed.difference()));
    }

    private static Stopwatch stopwatch(double seconds) {
        return new Stopwatch(duration(seconds * WARM_UP), duration(seconds * (1 - WARM_UP)));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static String figure(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
