package dev.signet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.WorkOptions;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.plan.CellResult;
import dev.signet.lab.plan.CellWork;
import dev.signet.lab.plan.EmbeddedSweep;
import dev.signet.lab.plan.LocalFolder;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanMarkdown;
import dev.signet.lab.plan.PlanModel;
import dev.signet.lab.plan.PlanTable;
import dev.signet.lab.plan.Sources;
import dev.signet.onnx.InputException;
import dev.signet.onnx.store.WorkFolder;
import dev.signet.quantize.MemoryBudget;
import dev.signet.report.SweepPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code experiment --plan}: a plan's cells, worked at in this process. */
final class PlanRun {
    private final WorkOptions work;
    private final JsonTarget json;
    private final @Nullable Path report;

    PlanRun(WorkOptions work, JsonTarget json, @Nullable Path report) {
        this.work = work;
        this.json = json;
        this.report = report;
    }

    /** Runs it; {@code output} is where results are kept and found again, null for nowhere. */
    int run(Path file, @Nullable Path output, PrintWriter out) {
        Plan plan = PlanFile.read(file);
        PlanTable table;
        if (output == null) {
            try (WorkFolder folder = WorkFolder.temporary()) {
                table = run(plan, folder.path());
            }
        } else {
            table = run(plan, output);
            var folder = new LocalFolder(output);
            folder.write("plan.json", PlanFile.text(plan));
            folder.write("results.csv", table.csv());
            folder.write("frontier.md", PlanMarkdown.frontiers(table));
            folder.write("results.html", SweepPage.of(table).html());
        }
        if (!json.takesStdout()) {
            out.print(PlanMarkdown.of(table));
        }
        json.write(json(table), out);
        if (report != null) {
            Reports.write(report, SweepPage.of(table));
        }
        if (table.failed() > 0) {
            work.note(String.format(
                    Locale.ROOT,
                    "%d of %d cells have failed",
                    table.failed(),
                    table.rows().size()));
        }
        return table.failed() == 0 ? 0 : Main.FAILED;
    }

    private PlanTable run(Plan plan, Path folder) {
        MemoryBudget memory = work.memory();
        if (memory.bytes() < plan.memory().bytes()) {
            throw InputException.of(
                    "--memory",
                    String.format(
                            Locale.ROOT,
                            "is less than the %d MB that the plan gives each cell",
                            plan.memory().bytes() / 1_000_000),
                    "give more, or write 'memory: 500MB' or so into the plan");
        }
        int atOnce = Math.min(work.threads(), memory.pieces(plan.memory()));
        try (var cells =
                new CellWork(plan, Sources.LOCAL, new LocalFolder(folder), Math.max(1, work.threads() / atOnce))) {
            int there = EmbeddedSweep.run(plan, cells, atOnce, work.progress());
            if (there > 0) {
                work.note(String.format(Locale.ROOT, "%d cells are there already", there));
            }
            return PlanTable.of(plan, cells);
        }
    }

    /** The cells of all models in one list, as {@code experiment} has those of one; docs/json.md. */
    private static ObjectNode json(PlanTable table) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode models = json.putArray("models");
        ArrayNode cells = json.putArray("cells");
        for (PlanTable.Row row : table.rows()) {
            PlanModel model = row.cell().model();
            Setting setting = row.cell().setting();
            if (setting == null) {
                ObjectNode node = models.addObject()
                        .put("path", model.path())
                        .put("task", model.taskText())
                        .put("data", model.data())
                        .put("bytes", row.result().bytes());
                put(row.result(), node, "original");
                continue;
            }
            ObjectNode cell = cells.addObject()
                    .put("model", model.path())
                    .put("bits", setting.bits())
                    .put("importance", setting.way().importanceText())
                    .put("method", setting.way().scheme().text())
                    .put("group", setting.way().group().text())
                    .put("seed", setting.seed())
                    .put("bytes", row.result().bytes());
            put(row.result(), cell, "metrics");
        }
        return json;
    }

    private static void put(CellResult result, ObjectNode node, String name) {
        ObjectNode metrics = node.putObject(name);
        result.metrics().forEach((metric, value) -> metrics.put(metric.key(), value));
        metrics.put("images", result.images());
        if (result.error() != null) {
            node.put("error", result.error());
        }
    }
}
