package dev.signet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.cli.option.JsonTarget;
import dev.signet.cli.option.WorkOptions;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.TemporaryFolder;
import dev.signet.lab.plan.CellResult;
import dev.signet.lab.plan.CellWork;
import dev.signet.lab.plan.EmbeddedSweep;
import dev.signet.lab.plan.LocalFolder;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanFile;
import dev.signet.lab.plan.PlanMarkdown;
import dev.signet.lab.plan.PlanTable;
import dev.signet.lab.plan.Sources;
import dev.signet.report.SweepPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code experiment --plan}: a plan's cells, worked at in this process. */
final class PlanRun {
    // As in an experiment of one model: more at the same time takes more memory and gains little.
    private static final int MOST_AT_ONCE = 4;

    private final WorkOptions work;
    private final JsonTarget json;
    private final @Nullable Path report;

    PlanRun(WorkOptions work, JsonTarget json, @Nullable Path report) {
        this.work = work;
        this.json = json;
        this.report = report;
    }

    /** Runs it. @param output where results are kept and found again; null for nowhere */
    int run(Path file, @Nullable Path output, PrintWriter out) {
        Plan plan = PlanFile.read(file);
        PlanTable table;
        if (output == null) {
            try (TemporaryFolder folder = TemporaryFolder.create()) {
                table = run(plan, folder.path());
            }
        } else {
            table = run(plan, output);
            var folder = new LocalFolder(output);
            folder.write("plan.json", PlanFile.text(plan));
            folder.write("results.csv", table.csv());
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
            work.note("%d of %d cells have failed"
                    .formatted(table.failed(), table.rows().size()));
        }
        return table.failed() == 0 ? 0 : Main.FAILED;
    }

    private PlanTable run(Plan plan, Path folder) {
        int atOnce = Math.min(work.threads(), MOST_AT_ONCE);
        try (var cells =
                new CellWork(plan, Sources.LOCAL, new LocalFolder(folder), Math.max(1, work.threads() / atOnce))) {
            int there = EmbeddedSweep.run(plan, cells, atOnce, work.progress());
            if (there > 0) {
                work.note("%d cells are there already".formatted(there));
            }
            return PlanTable.of(plan, cells);
        }
    }

    private static ObjectNode json(PlanTable table) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode models = json.putArray("models");
        table.models().forEach((model, rows) -> {
            ObjectNode node = models.addObject()
                    .put("path", model.path())
                    .put("task", model.task().text())
                    .put("data", model.data())
                    .put("bytes", rows.getFirst().result().bytes());
            ArrayNode cells = JsonNodeFactory.instance.arrayNode();
            for (PlanTable.Row row : rows) {
                Setting setting = row.cell().setting();
                if (setting == null) {
                    put(row.result(), node, "original");
                    continue;
                }
                ObjectNode cell = cells.addObject()
                        .put("bits", setting.bits())
                        .put("importance", setting.way().importanceText())
                        .put("method", setting.way().scheme().text())
                        .put("group", setting.way().group().text())
                        .put("seed", setting.seed())
                        .put("bytes", row.result().bytes());
                put(row.result(), cell, "metrics");
            }
            node.set("cells", cells);
        });
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
