package dev.signet.spark;

import dev.signet.core.compute.Progress;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanMarkdown;
import dev.signet.lab.plan.PlanTable;
import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import dev.signet.quantize.MemoryBudget;
import dev.signet.report.SweepPage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A plan's run on a cluster, from the start of Spark's session to the files of results.
 *
 * @param plan what is done
 * @param name of the plan, for Spark's pages
 * @param master of the cluster
 * @param output the sweep's folder
 * @param threads of one task
 * @param memory of an executor; null for what Spark gives, and no limit to the tasks at the same time but the processors
 */
record SweepRun(
        Plan plan,
        String name,
        String master,
        String output,
        int threads,
        @Nullable MemoryBudget memory) {
    /** The least heap that Spark starts with is 450 MB. */
    private static final long LEAST_HEAP = 600_000_000;

    // What an executor threw comes as text, its trace below.
    private static final Pattern THROWN = Pattern.compile("dev\\.signet\\.onnx\\.\\w+Exception: ([^\\r\\n]+)");

    /**
     * Works until every cell has a result, and writes the results.
     *
     * @param there hears how many cells were there already, if some were
     * @return the table, as it was read back from Parquet
     */
    PlanTable run(Progress progress, IntConsumer there) {
        try (SparkSession spark = SparkSession.builder().config(configuration()).getOrCreate();
                var sweep = new SparkSweep(spark, plan, output, threads, atOnce(), progress)) {
            int known = sweep.run();
            if (known > 0) {
                there.accept(known);
            }
            String parquet = output + "/results.parquet";
            ResultRows.write(spark, sweep.table(), parquet);
            PlanTable table = ResultRows.read(spark, parquet);
            sweep.keep("plan.json", PlanFile.text(plan));
            sweep.keep("results.csv", table.csv());
            sweep.keep("frontier.md", PlanMarkdown.frontiers(table));
            sweep.keep("results.html", SweepPage.of(table).html());
            return table;
        } catch (InputException | OutputException e) {
            throw e;
        } catch (Exception e) {
            // Spark throws whatever went wrong, checked or not, without saying so.
            String text = String.valueOf(e.getMessage());
            Matcher thrown = THROWN.matcher(text);
            String why =
                    thrown.find() ? thrown.group(1) : text.lines().findFirst().orElse("");
            throw OutputException.of(
                    "Spark at " + master, "has given up: " + why, "check the master and the workers' logs", e);
        }
    }

    private int atOnce() {
        return memory == null ? Integer.MAX_VALUE : memory.pieces(plan.memory());
    }

    private SparkConf configuration() {
        boolean local = master.startsWith("local");
        // What spark-submit and -Dspark... say stands.
        var configuration = new SparkConf().setMaster(master).setIfMissing("spark.app.name", "signet sweep " + name);
        configuration.setIfMissing("spark.ui.enabled", local ? "false" : "true");
        configuration.setIfMissing("spark.ui.showConsoleProgress", "false");
        configuration.setIfMissing("spark.task.cpus", local ? "1" : String.valueOf(threads));
        configuration.setIfMissing(
                "spark.executor.extraJavaOptions",
                "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow");
        // As the launcher has it: what native code frees goes back to the system.
        configuration.setIfMissing("spark.executorEnv.MALLOC_ARENA_MAX", "2");
        if (memory != null) {
            long heap = Math.max(LEAST_HEAP, memory.heapShare());
            configuration.set("spark.executor.memory", heap / 1_000_000 + "m");
            configuration.set("spark.executor.memoryOverhead", Math.max(0, memory.bytes() - heap) / 1_000_000 + "m");
        }
        if (!local && !configuration.contains("spark.jars")) {
            configuration.set("spark.jars", jar().toString());
        }
        return configuration;
    }

    /** The jar that executors need: the one this class is in, or, started from class files, the one that was built of them. */
    private static Path jar() {
        try {
            Path home = Path.of(SweepRun.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isRegularFile(home)) {
                return home;
            }
            try (Stream<Path> files = Files.list(home.resolveSibling(""))) {
                return files.filter(file -> file.toString().endsWith("-spark.jar"))
                        .findFirst()
                        .orElseThrow(() -> InputException.of(
                                "signet-spark",
                                "has no jar for executors",
                                "build it with 'mvn -DskipTests package -pl signet-spark -am'"));
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
