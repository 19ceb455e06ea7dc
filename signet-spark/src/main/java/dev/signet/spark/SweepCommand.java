package dev.signet.spark;

import dev.signet.cli.option.WorkOptions;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanMarkdown;
import dev.signet.lab.plan.PlanTable;
import dev.signet.quantize.MemoryBudget;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet sweep}: a plan on Apache Spark. Names no class of Spark: its help works where Spark's jars are not on the class path. */
@Command(
        name = "sweep",
        description =
                "Quantizes and measures all cells of a plan on Apache Spark: the same table as 'experiment --plan'"
                        + " gives, from many machines. Cells that are finished are not done again; what fails is in the"
                        + " table.",
        footer = {
            "",
            "--threads is what one task uses (default: 1); --memory what an executor, and on local masters the"
                    + " command, may take: as many tasks work at the same time as fit (default: as many as there are"
                    + " processors).",
            "DIR gets results.parquet, results.csv, results.html and frontier.md. docs/sweeps.md describes plans,"
                    + " clusters and spark-submit."
        })
final class SweepCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it, as it does all parameters that are required
    private CommandSpec spec;

    @Parameters(paramLabel = "PLAN.yaml", description = "Models, data and settings.")
    @SuppressWarnings("NullAway.Init")
    private Path plan;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "local[N], local[*], spark://HOST:PORT or whatever Spark knows (default: spark-submit's, else"
                    + " local[*]).",
            showDefaultValue = Visibility.NEVER)
    private @Nullable String master;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description =
                    "Where results are kept: a folder that all workers reach, or a location of a Hadoop file system.")
    @SuppressWarnings("NullAway.Init")
    private String output;

    @Mixin
    private WorkOptions work = new WorkOptions(1);

    @Override
    public Integer call() {
        boolean limited = spec.commandLine().getParseResult().hasMatchedOption("--memory");
        @Nullable MemoryBudget memory = limited ? work.memory() : null;
        Plan read = PlanFile.read(plan);
        String folder = output.contains("://")
                ? output
                : Path.of(output).toAbsolutePath().toString();
        var run = new SweepRun(read, String.valueOf(plan.getFileName()), master(), folder, work.threads(), memory);
        PlanTable table = run.run(
                work.progress(), there -> work.note(String.format(Locale.ROOT, "%d cells are there already", there)));
        spec.commandLine().getOut().print(PlanMarkdown.of(table));
        if (table.failed() > 0) {
            work.note(String.format(
                    Locale.ROOT,
                    "%d of %d cells have failed",
                    table.failed(),
                    table.rows().size()));
        }
        return table.failed() == 0 ? 0 : 1;
    }

    private String master() {
        // spark-submit's settings are there as system properties.
        String where = master == null ? System.getProperty("spark.master", "local[*]") : master;
        if (!where.matches("local(\\[.*])?|[a-z0-9]+://.*|yarn")) {
            throw new ParameterException(
                    spec.commandLine(), "--master: '%s' is no master; local[2] or spark://HOST:7077".formatted(where));
        }
        return where;
    }
}
