package dev.signet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.compute.Progress;
import dev.signet.lab.demo.BuiltInModel;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.plan.CellWork;
import dev.signet.lab.plan.EmbeddedSweep;
import dev.signet.lab.plan.LocalFolder;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanTable;
import dev.signet.lab.plan.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSweepTest {
    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Plan plan;
    private static PlanTable embedded;

    @BeforeAll
    static void start() throws IOException {
        BuiltInModel.ENLARGING.copyTo(folder);
        Files.writeString(folder.resolve("broken.onnx"), "no model");
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        var scenes = new Scenes(Split.HELD_OUT, 64, 48);
        for (int i = 0; i < 3; i++) {
            scenes.picture(i).rounded().writePng(pictures.resolve(i + ".png"));
        }
        Files.writeString(folder.resolve("plan.yaml"), """
            task: super-resolution
            data: pictures
            models: [enlarging.onnx, broken.onnx]
            method: [greedy, hqq, uniform-mse]
            bits: 3
            importance: uniform
            shard: 2
            """);
        plan = PlanFile.read(folder.resolve("plan.yaml"));
        try (var work = new CellWork(plan, Sources.LOCAL, new LocalFolder(folder.resolve("embedded")), 1)) {
            EmbeddedSweep.run(plan, work, 2, Progress.NONE);
            embedded = PlanTable.of(plan, work);
        }
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static SparkSweep sweep(String output) {
        return new SparkSweep(spark, plan, folder.resolve(output).toString(), 1, 1, Progress.NONE);
    }

    @Test
    void sparkGivesTheTableOfTheEmbeddedRunToTheBitWithItsFailures() {
        try (SparkSweep sweep = sweep("out")) {
            assertThat(sweep.run()).isZero();
            assertThat(sweep.table().csv()).isEqualTo(embedded.csv());
            assertThat(sweep.table().failed()).isEqualTo(4);
            // What is finished is not done again; what failed is tried.
            assertThat(sweep.run()).isEqualTo(4);
        }
    }

    @Test
    void theTableSurvivesParquet() {
        String location = folder.resolve("results.parquet").toString();
        ResultRows.write(spark, embedded, location);
        assertThat(ResultRows.read(spark, location)).isEqualTo(embedded);
    }

    @Test
    void workOfAnEarlierRunIsGoneOnWith() throws IOException {
        // What this process has left, as a driver that was lost in the middle would: the originals and baselines are
        // missing.
        Path cells = Files.createDirectories(folder.resolve("again/cells"));
        try (var done = Files.list(folder.resolve("embedded/cells"))) {
            for (Path cell : done.toList()) {
                if (Files.readString(cell).contains(Metric.OUTPUT_SNR.key())) {
                    Files.copy(cell, cells.resolve(cell.getFileName()));
                }
            }
        }
        try (SparkSweep sweep = sweep("again")) {
            assertThat(sweep.run()).isEqualTo(1);
            assertThat(sweep.table().csv()).isEqualTo(embedded.csv());
        }
    }

    @Test
    void filesOfOtherFileSystemsAreFetchedOnce() throws IOException {
        // A file system that this machine's own files are behind, as far as Hadoop knows; none that is used in place.
        var configuration = new Configuration();
        configuration.set("fs.remote.impl", RemoteFiles.class.getName());
        try (var copies = new LocalCopies(configuration)) {
            String location = "remote://host" + folder.resolve("enlarging.onnx");
            Path copy = copies.model(location);
            assertThat(copy)
                    .isNotEqualTo(folder.resolve("enlarging.onnx"))
                    .hasSameBinaryContentAs(folder.resolve("enlarging.onnx"));
            assertThat(copies.model(location)).isEqualTo(copy);
            assertThat(copies.stamp(location)).startsWith(Files.size(copy) + " bytes");
            Path pictures = copies.data("remote://host" + folder.resolve("pictures"));
            assertThat(pictures.resolve("2.png")).hasSameBinaryContentAs(folder.resolve("pictures/2.png"));
        }
    }
}
