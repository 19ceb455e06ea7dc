package dev.signet.lab.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.compute.Progress;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.demo.BuiltInModel;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Experiment;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.TaskTrial;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.SuperResolution;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedSweepTest {
    private static final int PICTURES = 3;

    @TempDir
    private Path folder;

    private Path model;
    private Path pictures;

    @BeforeEach
    void write() throws IOException {
        model = BuiltInModel.ENLARGING.copyTo(folder);
        pictures = Files.createDirectory(folder.resolve("pictures"));
        var scenes = new Scenes(Split.HELD_OUT, 64, 48);
        for (int i = 0; i < PICTURES; i++) {
            scenes.picture(i).rounded().writePng(pictures.resolve(i + ".png"));
        }
    }

    private Plan plan(String more) throws IOException {
        return plan(more, "uniform-mse, uniform-minmax");
    }

    private Plan plan(String more, String methods) throws IOException {
        return PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), """
            task: super-resolution
            data: pictures
            models: [enlarging.onnx%s]
            method: [%s]
            bits: [3, 4]
            importance: uniform
            shard: 2
            """.formatted(more, methods)));
    }

    private PlanTable run(Plan plan, Path output, int atOnce) {
        try (var work = new CellWork(plan, Sources.LOCAL, new LocalFolder(output), 1)) {
            EmbeddedSweep.run(plan, work, atOnce, Progress.NONE);
            return PlanTable.of(plan, work);
        }
    }

    @Test
    void shardsGiveWhatAnExperimentOfOneModelGivesToTheBit() throws IOException {
        Plan plan = plan("", "greedy, hqq");
        PlanTable table = run(plan, folder.resolve("out"), 2);
        assertThat(table.failed()).isZero();
        List<Setting> settings = plan.cells().stream()
                .skip(1)
                .map(PlanCell::setting)
                .map(Objects::requireNonNull)
                .toList();
        TaskTrial trial;
        try (OnnxRuntimeModel opened = OnnxRuntimeModel.open(model, 1)) {
            trial = new TaskTrial(SuperResolution.of(opened, ResolutionPairs.open(pictures, 0, 0), 0, null), 0);
        }
        List<Cell> cells = new Experiment(model, QuantizeOptions.defaults(3), trial, setting -> false, Progress.NONE)
                .run(settings, List.of(), cell -> {});
        assertThat(table.rows().getFirst().result().metrics())
                .isEqualTo(trial.evaluate(model, 1, Progress.NONE).measured().figures());
        for (int i = 0; i < cells.size(); i++) {
            CellResult result = table.rows().get(i + 1).result();
            SequencedMap<Metric, Double> measured = new LinkedHashMap<>(result.metrics());
            assertThat(measured.remove(Metric.OUTPUT_SNR) != null)
                    .isEqualTo(cells.get(i).report() != null);
            assertThat(measured).isEqualTo(cells.get(i).metrics());
            assertThat(result.bytes()).isEqualTo(cells.get(i).bytes());
            assertThat(result.images()).isEqualTo(PICTURES);
        }
    }

    @Test
    void finishedCellsAreNotDoneAgainAndAChangedModelIs() throws IOException {
        Plan plan = plan("");
        Path output = folder.resolve("out");
        String first = run(plan, output, 1).csv();
        Files.delete(pictures.resolve("0.png"));
        assertThat(run(plan, output, 1).csv()).isEqualTo(first);
        // Another file under the same name asks another question.
        Files.setLastModifiedTime(model, FileTime.fromMillis(0));
        assertThat(run(plan, output, 1).rows().getFirst().result().images()).isEqualTo(PICTURES - 1);
    }

    @Test
    void whatFailsIsInTheTableAndTheRestGoesOn() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "no model");
        Plan plan = plan(", broken.onnx");
        Path output = folder.resolve("out");
        PlanTable table = run(plan, output, 1);
        assertThat(table.models().values()).hasSize(2);
        assertThat(table.models().get(plan.models().getFirst()))
                .allMatch(row -> row.result().isDone());
        assertThat(table.models().get(plan.models().getLast()))
                .allSatisfy(row ->
                        assertThat(row.result().error()).contains("broken.onnx").hasLineCount(1));
        assertThat(table.csv()).contains("broken.onnx");
        // Mended, it is tried again, and only it.
        Files.copy(model, broken, StandardCopyOption.REPLACE_EXISTING);
        assertThat(run(plan, output, 1).failed()).isZero();
    }

    @Test
    void aModelWithoutATaskIsJudgedByItsOutputs() throws IOException {
        Plan plan = PlanFile.read(Files.writeString(
                folder.resolve("plan.yaml"), "{task: none, models: [enlarging.onnx], method: [greedy, hqq], bits: 3}"));
        PlanTable table = run(plan, folder.resolve("out"), 1);
        assertThat(table.failed()).isZero();
        List<PlanTable.Row> rows = table.rows();
        assertThat(PlanTable.first(rows)).contains(Metric.OUTPUT_SNR);
        assertThat(rows.get(1).result().metrics().get(Metric.OUTPUT_SNR)).isBetween(5.0, 40.0);
        // The original and baselines have no such figure: they are on no frontier.
        assertThat(PlanTable.frontier(rows)).containsExactly(rows.get(1));
    }

    @Test
    void theFrontierIsWhatNoOtherSettingBeats() throws IOException {
        PlanTable table = run(plan(""), folder.resolve("out"), 1);
        List<PlanTable.Row> rows = table.rows();
        List<PlanTable.Row> frontier = PlanTable.frontier(rows);
        assertThat(frontier).isNotEmpty().allMatch(row -> row.cell().setting() != null);
        double best = rows.stream()
                .skip(1)
                .mapToDouble(row -> row.result().metrics().firstEntry().getValue())
                .max()
                .orElseThrow();
        assertThat(frontier).anyMatch(row -> row.result().metrics().firstEntry().getValue() == best);
        assertThat(PlanMarkdown.of(table).lines()).hasSize(rows.size() + 2).allMatch(line -> line.startsWith("| "));
    }
}
