package dev.signet.report;

import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.plan.CellResult;
import dev.signet.lab.plan.PlanTable;
import dev.signet.lab.task.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page of a sweep: the frontier of each model, then the table over all. */
public final class SweepPage {
    private static final List<String> SETTING = List.of("method", "bits", "importance", "group", "seed");

    private SweepPage() {}

    /** The page of a plan's table. */
    public static HtmlPage of(PlanTable table) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.KeyFigures(List.of(
                new Block.KeyFigure("Models", String.valueOf(table.models().size()), ""),
                new Block.KeyFigure("Cells", String.valueOf(table.rows().size()), "originals among them"),
                new Block.KeyFigure("Failed", String.valueOf(table.failed()), "with their errors in the table"))));
        table.models()
                .forEach((model, rows) -> blocks.add(
                        new Block.Section(model.name() + ": " + model.taskText(), frontier(model.name(), rows))));
        blocks.add(new Block.Section("All cells", List.of(all(table))));
        return new HtmlPage("Sweep", "Many networks in many settings, in one table.").add(blocks);
    }

    /** A chart of all cells of a model, and a table of those that no other one beats. */
    private static List<Block> frontier(String name, List<PlanTable.Row> rows) {
        Optional<Metric> measured = PlanTable.first(rows);
        if (measured.isEmpty()) {
            return List.of(new Block.Text("Nothing was measured."));
        }
        Metric metric = measured.get();
        List<PlanTable.Row> frontier = PlanTable.frontier(rows);
        List<List<Table.Cell>> lines = new ArrayList<>();
        for (PlanTable.Row row : rows) {
            if (row.result().isDone() && (row.cell().setting() == null || frontier.contains(row))) {
                List<Table.Cell> line = new ArrayList<>(setting(row));
                line.addAll(figures(row, metric, false));
                lines.add(line);
            }
        }
        List<String> header = new ArrayList<>(SETTING);
        header.addAll(List.of("bytes", "% of it", metric.label()));
        return List.of(
                Chart.of(
                        "%s: %s of every cell against the bytes of its file".formatted(name, metric.label()),
                        Charts.tradeOff(
                                curves(rows, metric),
                                metric.label(),
                                ResultGrid.unit(metric),
                                null,
                                original(rows, metric)),
                        Chart.Size.WIDE),
                new Table("The frontier: no other setting is smaller and at least as good", header, lines));
    }

    /** A curve for each way to quantize, a point for each of its cells. */
    private static List<Charts.Curve> curves(List<PlanTable.Row> rows, Metric metric) {
        List<Way> ways = rows.stream()
                .map(row -> row.cell().setting())
                .filter(Objects::nonNull)
                .map(setting -> setting.way().essence())
                .distinct()
                .toList();
        Map<Way, List<Charts.Point>> points = new LinkedHashMap<>();
        for (PlanTable.Row row : rows) {
            Setting setting = row.cell().setting();
            double value = value(row, metric);
            if (setting != null && Double.isFinite(value)) {
                points.computeIfAbsent(setting.way().essence(), way -> new ArrayList<>())
                        .add(new Charts.Point(
                                row.result().bytes(),
                                value,
                                setting.bits() + (setting.bits() == 1 ? " bit" : " bits")));
            }
        }
        List<Charts.Curve> curves = new ArrayList<>();
        points.forEach((way, its) -> curves.add(new Charts.Curve(way.label(ways), its)));
        return curves;
    }

    /** The original's point; null where its figure is no measurement: style transfer compares with the original itself. */
    private static Charts.@Nullable Point original(List<PlanTable.Row> rows, Metric metric) {
        PlanTable.Row first = rows.getFirst();
        double value = value(first, metric);
        return first.cell().setting() != null
                        || first.cell().model().task() == TaskKind.STYLE_TRANSFER
                        || !Double.isFinite(value)
                ? null
                : new Charts.Point(first.result().bytes(), value, "original");
    }

    private static Table all(PlanTable table) {
        List<List<Table.Cell>> lines = new ArrayList<>();
        table.models().forEach((model, rows) -> {
            Optional<Metric> metric = PlanTable.first(rows);
            List<PlanTable.Row> frontier = PlanTable.frontier(rows);
            for (PlanTable.Row row : rows) {
                List<Table.Cell> line = new ArrayList<>(List.of(Table.Cell.of(model.name())));
                line.addAll(setting(row));
                String error = row.result().error();
                if (error != null) {
                    line.addAll(texts("", "", "", "failed", error));
                } else if (metric.isEmpty()) {
                    line.addAll(texts("", "", "", "", ""));
                } else {
                    List<Table.Cell> figures = figures(row, metric.get(), frontier.contains(row));
                    line.addAll(figures.subList(0, 2));
                    line.addAll(texts(
                            String.valueOf(row.result().images()), metric.get().label()));
                    line.add(figures.getLast());
                }
                lines.add(line);
            }
        });
        List<String> header = new ArrayList<>(List.of("model"));
        header.addAll(SETTING);
        header.addAll(List.of("bytes", "% of it", "images", "metric", "value"));
        return new Table("Every cell; those of a frontier are marked", header, lines);
    }

    private static List<Table.Cell> setting(PlanTable.Row row) {
        Setting setting = row.cell().setting();
        return setting == null
                ? texts("original", "32", "", "", "")
                : texts(
                        setting.way().scheme().text(),
                        String.valueOf(setting.bits()),
                        setting.way().importanceText(),
                        setting.way().group().text(),
                        String.valueOf(setting.seed()));
    }

    private static List<Table.Cell> texts(String... texts) {
        return List.of(texts).stream().map(Table.Cell::of).toList();
    }

    /** Bytes, their share and the metric. */
    private static List<Table.Cell> figures(PlanTable.Row row, Metric metric, boolean best) {
        CellResult result = row.result();
        double share = result.bytesBefore() == 0 ? 0 : (double) result.bytes() / result.bytesBefore();
        double value = value(row, metric);
        return List.of(
                Table.Cell.of(String.format(Locale.ROOT, "%,d", result.bytes())),
                new Table.Cell(String.format(Locale.ROOT, "%.1f", 100 * share), "", Math.min(1, share), false),
                new Table.Cell(Double.isNaN(value) ? "-" : metric.text(value), "", 0, best));
    }

    private static double value(PlanTable.Row row, Metric metric) {
        return row.result().metrics().getOrDefault(metric, Double.NaN);
    }
}
