package dev.signet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/spark/run.sh: a master and two workers as processes of their own. */
@Tag("cluster")
class ClusterTest {
    @TempDir
    private Path folder;

    private static void run(Path log, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    @Test
    void aKilledWorkerLosesNothing() throws IOException, InterruptedException {
        Path root = Path.of("..").toRealPath();
        Path plan = root.resolve("examples/spark/plan.yaml");
        run(
                folder.resolve("embedded.log"),
                root.resolve("signet").toString(),
                "experiment",
                "--plan",
                plan.toString(),
                "--output",
                folder.resolve("embedded").toString());
        run(
                folder.resolve("cluster.log"),
                root.resolve("examples/spark/run.sh").toString(),
                "--kill-a-worker",
                plan.toString(),
                folder.resolve("cluster").toString());
        assertThat(folder.resolve("cluster.log")).content().contains("killed worker");
        assertThat(folder.resolve("cluster/results.csv"))
                .hasSameTextualContentAs(folder.resolve("embedded/results.csv"));
    }
}
