package dev.signet.cli;

import dev.signet.cli.option.FileRoles;
import dev.signet.cli.option.ForceOption;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.OutputKind;
import dev.signet.cli.option.WorkOptions;
import dev.signet.lab.demo.BuiltInModel;
import dev.signet.lab.demo.Demo;
import dev.signet.lab.demo.DemoSize;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.report.DemoPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code signet demo}: everything on the models that come with Signet. */
@Command(
        name = "demo",
        descriptionHeading = "%nExamples:%n"
                + "  signet demo                                       tables, and signet-demo.html%n"
                + "  signet demo --brief                               a check that all works%n"
                + "  signet demo --report page.html --force            the page elsewhere%n%n",
        description =
                "Quantizes three built-in networks in several ways, evaluates them on pictures that are drawn for it,"
                        + " and writes a report. Needs no network, no data and no arguments; takes less than a minute.")
final class DemoCommand implements Callable<Integer> {
    private static final Set<Metric> SHOWN = Set.of(Metric.TOP1, Metric.PSNR, Metric.SSIM);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "The report; an earlier one of the demo is replaced.",
            defaultValue = "signet-demo.html")
    private Path report = Path.of("");

    @Option(names = "--brief", description = "2 bits only, on few pictures: a check that all works.")
    private boolean brief;

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private ForceOption force = new ForceOption();

    @Mixin
    private JsonTarget json = new JsonTarget();

    @Override
    public Integer call() {
        new FileRoles()
                .output("--report", report, OutputKind.PAGE, force.given())
                .output("--json", json.file(), OutputKind.JSON, force.given())
                .check();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Instant began = Instant.now();
        var demo = new Demo(brief ? DemoSize.BRIEF : DemoSize.FULL, work.threads(), work.progress());
        List<ExperimentResult> results = new ArrayList<>();
        for (BuiltInModel model : BuiltInModel.values()) {
            if (!work.quiet()) {
                err.println("signet: %s ...".formatted(model.text()));
                err.flush();
            }
            ExperimentResult result = demo.run(model);
            results.add(result);
            if (!json.takesStdout()) {
                out.println(String.format(
                        Locale.ROOT,
                        "%s, %,d held-out drawn pictures",
                        model.text(),
                        result.task().size()));
                ExperimentTable.print(brief(result), out);
                out.println();
                out.flush();
            }
        }
        Reports.write(report, DemoPage.of(results));
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
        if (!json.takesStdout()) {
            out.printf(Locale.ROOT, "%.0f s. The report, with pictures: %s%n", seconds, report);
        }
        json.write(DemoJson.of(results, report, seconds), out);
        return 0;
    }

    /** The result with the metrics that matter; JSON and report have all. */
    private static ExperimentResult brief(ExperimentResult result) {
        SequencedMap<Metric, Double> original = new LinkedHashMap<>(result.original());
        original.keySet().retainAll(SHOWN);
        boolean sameFirst = original.firstEntry().getKey() == result.whole().first();
        var whole = new Measured(original, sameFirst ? result.whole().samples() : new double[0]);
        return new ExperimentResult(
                result.model(), result.bytes(), result.task(), whole, result.cells(), result.pictures());
    }
}
