package dev.signet.spark;

import dev.signet.core.compute.Progress;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanCell;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * Hands a plan's work out to Spark: all cells are quantized, then all shards of all cells measured, then the shards of each cell put
 * together. What a task gives lies in the sweep's folder, not in Spark: nothing is lost with an executor, nor with the driver.
 */
final class SparkSweep implements AutoCloseable {
    private final SparkSession spark;
    private final SweepJob job;
    private final Plan plan;
    private final Progress progress;

    SparkSweep(SparkSession spark, Plan plan, String output, int threads, int atOnce, Progress progress) {
        this.spark = spark;
        this.plan = plan;
        this.progress = progress;
        TreeMap<String, String> hadoop = new TreeMap<>();
        // Whatever a user says of file systems (spark.hadoop.fs...), executors need as well.
        spark.sparkContext().hadoopConfiguration().forEach(entry -> {
            if (entry.getKey().startsWith("fs.") || entry.getKey().startsWith("dfs.")) {
                hadoop.put(entry.getKey(), entry.getValue());
            }
        });
        this.job = new SweepJob(PlanFile.text(plan), output, threads, atOnce, hadoop);
    }

    /** Works until every cell has a result. @return how many cells were there already */
    int run() {
        Executor driver = Executor.of(job);
        List<PlanCell> all = driver.cells();
        List<PlanCell> open = driver.work().open(all);
        Set<PlanCell> wanted = new HashSet<>(open);
        List<SweepTask.Piece> cells = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (wanted.contains(all.get(i))) {
                cells.add(new SweepTask.Piece(i, 0));
            }
        }
        List<Integer> shards = run(SweepTask.Step.QUANTIZE, "quantizing", cells);
        List<SweepTask.Piece> pieces = new ArrayList<>();
        List<SweepTask.Piece> measured = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            for (int shard = 0; shard < shards.get(i); shard++) {
                pieces.add(new SweepTask.Piece(cells.get(i).cell(), shard));
            }
            if (shards.get(i) > 0) {
                measured.add(cells.get(i));
            }
        }
        run(SweepTask.Step.MEASURE, "evaluating", pieces);
        run(SweepTask.Step.FINISH, "merging", measured);
        return all.size() - open.size();
    }

    private List<Integer> run(SweepTask.Step step, String name, List<SweepTask.Piece> pieces) {
        if (pieces.isEmpty()) {
            return List.of();
        }
        var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        AtomicInteger ended = new AtomicInteger();
        try (Progress.Task running = progress.start(name, pieces.size())) {
            var listener = new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    if (end.taskInfo().successful()) {
                        running.at(Math.min(pieces.size(), ended.incrementAndGet()));
                    }
                }
            };
            spark.sparkContext().addSparkListener(listener);
            try {
                // A task for each piece: some take seconds, some an hour.
                return context.parallelize(pieces, pieces.size())
                        .map(new SweepTask(job, step))
                        .collect();
            } finally {
                spark.sparkContext().removeSparkListener(listener);
            }
        }
    }

    /** What all cells gave. */
    PlanTable table() {
        return PlanTable.of(plan, Executor.of(job).work());
    }

    /** Keeps a text in the sweep's folder. */
    void keep(String name, String text) {
        var configuration = spark.sparkContext().hadoopConfiguration();
        try (var copies = new LocalCopies(configuration)) {
            new HadoopFolder(job.output(), configuration, copies).write(name, text);
        }
    }

    @Override
    public void close() {
        Executor.release(job);
    }
}
