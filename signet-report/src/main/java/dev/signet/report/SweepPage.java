package dev.signet.report;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.plan.CellResult;
import dev.signet.lab.plan.PlanModel;
import dev.signet.lab.plan.PlanTable;
import dev.signet.lab.task.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The page of a sweep: the table over all models, then each model's figures against bytes, as an experiment has them. */
public final class SweepPage {
    private SweepPage() {}

    /** The page of a plan's table. */
    public static HtmlPage of(PlanTable table) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.KeyFigures(List.of(
                new Block.KeyFigure("Models", String.valueOf(table.models().size()), ""),
                new Block.KeyFigure("Cells", String.valueOf(table.rows().size()), "originals among them"),
                new Block.KeyFigure("Failed", String.valueOf(table.failed()), "with their errors in the table"))));
        blocks.add(new Block.Section("All cells", List.of(new Block.Text(FRONTIER), all(table))));
        table.models()
                .forEach((model, rows) -> blocks.add(new Block.Section(
                        model.task().text() + ": " + model.name(), ExperimentPage.blocks(part(model, rows)))));
        return new HtmlPage("Sweep", "Many networks in many settings, in one table.").add(blocks);
    }

    private static final String FRONTIER =
            "A row in bold is on its model's frontier: no other setting is smaller and at least as good.";

    private static Table all(PlanTable table) {
        List<List<Table.Cell>> lines = new ArrayList<>();
        table.models().forEach((model, rows) -> {
            Optional<Metric> metric = PlanTable.first(rows);
            List<PlanTable.Row> frontier = PlanTable.frontier(rows);
            for (PlanTable.Row row : rows) {
                lines.add(line(row, metric, frontier.contains(row)));
            }
        });
        return new Table(
                "Every cell",
                List.of(
                        "model",
                        "method",
                        "bits",
                        "importance",
                        "group",
                        "seed",
                        "bytes",
                        "% of it",
                        "metric",
                        "value"),
                lines);
    }

    private static List<Table.Cell> line(PlanTable.Row row, Optional<Metric> metric, boolean frontier) {
        Setting setting = row.cell().setting();
        CellResult result = row.result();
        List<Table.Cell> cells = new ArrayList<>();
        cells.add(Table.Cell.of(row.cell().model().name()));
        List<String> texts = setting == null
                ? List.of("original", "32", "", "", "")
                : List.of(
                        setting.way().scheme().text(),
                        String.valueOf(setting.bits()),
                        setting.way().importanceText(),
                        setting.way().group().text(),
                        String.valueOf(setting.seed()));
        texts.forEach(text -> cells.add(Table.Cell.of(text)));
        String error = result.error();
        if (error != null) {
            cells.addAll(List.of(Table.Cell.of(""), Table.Cell.of(""), Table.Cell.of("failed"), Table.Cell.of(error)));
            return cells;
        }
        double share = result.bytesBefore() == 0 ? 0 : (double) result.bytes() / result.bytesBefore();
        cells.add(Table.Cell.of(String.format(Locale.ROOT, "%,d", result.bytes())));
        cells.add(new Table.Cell(String.format(Locale.ROOT, "%.1f", 100 * share), "", Math.min(1, share), false));
        cells.add(Table.Cell.of(metric.map(Metric::label).orElse("")));
        cells.add(new Table.Cell(
                metric.map(one -> one.text(result.metrics().getOrDefault(one, Double.NaN)))
                        .orElse(""),
                "",
                0,
                frontier));
        return cells;
    }

    private static ExperimentPart part(PlanModel model, List<PlanTable.Row> rows) {
        SequencedMap<Metric, Double> original = new LinkedHashMap<>();
        long bytes = 0;
        List<Cell> cells = new ArrayList<>();
        for (PlanTable.Row row : rows) {
            CellResult result = row.result();
            Setting setting = row.cell().setting();
            bytes = Math.max(bytes, result.bytesBefore());
            if (setting != null && result.isDone()) {
                cells.add(new Cell(setting, result.bytes(), result.metrics(), null, List.of()));
            } else if (setting == null && model.task() != TaskKind.STYLE_TRANSFER) {
                // The original's pictures are what style transfer compares with.
                original.putAll(result.metrics());
            }
        }
        return new ExperimentPart(
                model.task().text(),
                model.name(),
                bytes,
                original,
                cells,
                Map.of("data", model.data(), "images at most", model.limit() == 0 ? "all" : "" + model.limit()),
                new LinkedHashMap<>(),
                List.of(),
                null);
    }
}
