package dev.signet.spark;

import dev.signet.cli.option.WorkOptions;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanMarkdown;
import dev.signet.lab.plan.PlanTable;
import dev.signet.onnx.InputException;
import dev.signet.report.SweepPage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code signet sweep}: a plan on Apache Spark. */
@Command(
        name = "sweep",
        description = "Quantizes and measures all cells of a plan on Apache Spark: the same table as 'experiment --plan' gives,"
                + " from many machines. Cells that are finished are not done again; what fails is in the table.",
        footer = {
            "",
            "DIR gets results.parquet, results.csv and results.html. docs/sweeps.md describes plans, clusters and spark-submit."
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
            description = "Where results are kept: a folder that all workers reach, or a location of a Hadoop file system.")
    @SuppressWarnings("NullAway.Init")
    private String output;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Heap of each executor, as 4g; ONNX Runtime takes its memory beside it. With local masters the"
                    + " heap is the command's own (default: Spark's).",
            showDefaultValue = Visibility.NEVER)
    private @Nullable String memory;

    @Mixin
    private WorkOptions work = new WorkOptions(1);

    @Override
    public Integer call() {
        Plan read = PlanFile.read(plan);
        String folder = output.contains("://") ? output : Path.of(output).toAbsolutePath().toString();
        PlanTable table;
        try (SparkSession spark = SparkSession.builder().config(configuration()).getOrCreate();
                var sweep = new SparkSweep(spark, read, folder, work.threads(), work.progress())) {
            int there = sweep.run();
            if (there > 0) {
                work.note("%d cells are there already".formatted(there));
            }
            String parquet = folder + "/results.parquet";
            ResultRows.write(spark, sweep.table(), parquet);
            table = ResultRows.read(spark, parquet);
            sweep.keep("plan.json", PlanFile.text(read));
            sweep.keep("results.csv", table.csv());
            sweep.keep("results.html", SweepPage.of(table).html());
        } catch (IOException e) {
            throw InputException.of("Spark", "does not end: " + e, "look at its logs", e);
        }
        spec.commandLine().getOut().print(PlanMarkdown.of(table));
        if (table.failed() > 0) {
            work.note("%d of %d cells have failed".formatted(table.failed(), table.rows().size()));
        }
        return table.failed() == 0 ? 0 : 1;
    }

    private SparkConf configuration() {
        // spark-submit's settings are there as system properties.
        var configuration = new SparkConf().setIfMissing("spark.app.name", "signet sweep " + plan.getFileName());
        if (master != null) {
            configuration.setMaster(master);
        } else {
            configuration.setIfMissing("spark.master", "local[*]");
        }
        String where = configuration.get("spark.master");
        if (!where.matches("local(\\[.*])?|.*://.*|yarn")) {
            throw new ParameterException(
                    spec.commandLine(), "--master: '%s' is no master; local[2] or spark://HOST:7077".formatted(where));
        }
        configuration.setIfMissing("spark.ui.enabled", where.startsWith("local") ? "false" : "true");
        configuration.setIfMissing("spark.ui.showConsoleProgress", "false");
        configuration.setIfMissing("spark.task.cpus", where.startsWith("local") ? "1" : String.valueOf(work.threads()));
        configuration.setIfMissing(
                "spark.executor.extraJavaOptions", "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow");
        if (memory != null) {
            if (!memory.matches("[1-9][0-9]*[mMgG][bB]?")) {
                throw new ParameterException(
                        spec.commandLine(), "--memory: '%s' is no size such as 4g or 900MB".formatted(memory));
            }
            configuration.set("spark.executor.memory", memory.toLowerCase(Locale.ROOT));
        }
        if (!where.startsWith("local") && !configuration.contains("spark.jars")) {
            configuration.set("spark.jars", jar().toString());
        }
        return configuration;
    }

    /** The jar that executors need: the one this class is in, or, started from class files, the one that was built of them. */
    private static Path jar() {
        try {
            Path home = Path.of(SweepCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isRegularFile(home)) {
                return home;
            }
            try (Stream<Path> files = Files.list(home.resolveSibling(""))) {
                Optional<Path> built = files.filter(file -> file.toString().endsWith("-spark.jar")).findFirst();
                return built.orElseThrow(() -> InputException.of(
                        "signet-spark",
                        "has no jar for executors",
                        "build it with 'mvn -DskipTests package -pl signet-spark -am'"));
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
