package dev.signet.report;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An experiment's cells as rows of ways and columns of bits, means over the seeds. */
final class ResultGrid {
    private final ExperimentPart part;
    private final NavigableSet<Integer> bits = new TreeSet<>();
    private final Map<String, Map<Integer, List<Cell>>> rows = new LinkedHashMap<>();

    ResultGrid(ExperimentPart part) {
        this.part = part;
        for (Cell cell : part.cells()) {
            Setting setting = cell.setting();
            bits.add(setting.bits());
            rows.computeIfAbsent(way(setting), key -> new LinkedHashMap<>())
                    .computeIfAbsent(setting.bits(), key -> new ArrayList<>())
                    .add(cell);
        }
    }

    /** A setting's method, heat map and grouping, as far as they make a difference. */
    private static String way(Setting setting) {
        List<String> parts = new ArrayList<>(List.of(setting.scheme().text()));
        if (setting.scheme().takesHeatMap()) {
            String importance = setting.way().importanceText();
            parts.add(importance.equals("uniform") ? "vanilla" : importance);
        }
        if (setting.scheme().takesSamples() && !setting.group().text().equals("filter")) {
            parts.add("per " + setting.group().text());
        }
        return String.join(", ", parts);
    }

    /** What was measured, the figure to look at first in front. */
    List<Measure> measures() {
        Set<String> keys = new LinkedHashSet<>(part.original().keySet());
        part.cells().forEach(cell -> cell.metrics().keySet().forEach(metric -> keys.add(metric.key())));
        return keys.stream().filter(Measure::isOne).map(Measure::of).toList();
    }

    /** The original's figure, or null where it has none that can be compared with. */
    private @Nullable Double original(Measure measure) {
        Double value = part.original().get(measure.key());
        return value == null || !Double.isFinite(value) ? null : value;
    }

    List<Block.KeyFigure> keyFigures() {
        List<Block.KeyFigure> figures = new ArrayList<>();
        if (measures().isEmpty()) {
            return figures;
        }
        Measure measure = measures().getFirst();
        Double whole = original(measure);
        figures.add(new Block.KeyFigure(
                "Original, fp32",
                whole == null ? "-" : measure.text(whole),
                (whole == null ? "" : measure.label() + ", ") + ExperimentPage.bytes((double) part.bytes())));
        for (int b : bits.descendingSet()) {
            String best = best(measure, b);
            List<Cell> cells = best == null ? List.of() : cells(best, b);
            if (best != null && !cells.isEmpty()) {
                figures.add(new Block.KeyFigure(
                        "Best at %d bit%s".formatted(b, b == 1 ? "" : "s"),
                        measure.text(mean(cells, measure)),
                        String.format(
                                Locale.ROOT,
                                "%s, %.1f %% of the bytes: %s",
                                measure.label(),
                                100 * bytes(cells) / Math.max(1, part.bytes()),
                                best)));
            }
        }
        return figures;
    }

    /** The whole range, and a close look at what is near the original. */
    List<Chart.View> views(Measure measure) {
        List<Charts.Curve> curves = new ArrayList<>();
        rows.forEach((way, byBits) -> {
            List<Charts.Point> points = new ArrayList<>();
            for (int b : bits) {
                List<Cell> cells = byBits.getOrDefault(b, List.of());
                double value = mean(cells, measure);
                if (Double.isFinite(value)) {
                    points.add(new Charts.Point(bytes(cells), value, b + (b == 1 ? " bit" : " bits")));
                }
            }
            curves.add(new Charts.Curve(way, points));
        });
        Double whole = original(measure);
        Charts.@Nullable Point reference = whole == null ? null : new Charts.Point(part.bytes(), whole, "original");
        List<Chart.View> views = new ArrayList<>();
        views.add(new Chart.View(
                measure.label(), Charts.tradeOff(curves, measure.label(), measure.unit(), null, reference)));
        if (whole != null && measure.near() > 0) {
            double from = whole - measure.near();
            boolean below = curves.stream()
                    .flatMap(curve -> curve.points().stream())
                    .anyMatch(point -> point.y() < from - measure.near());
            if (below) {
                views.add(new Chart.View(
                        measure.label() + ", near the original",
                        Charts.tradeOff(curves, measure.label(), measure.unit(), from, reference)));
            }
        }
        return views;
    }

    Table table(Measure measure) {
        List<String> header = new ArrayList<>(List.of("method"));
        List<Table.Cell> first = new ArrayList<>(
                List.of(new Table.Cell("original", "fp32, " + ExperimentPage.bytes((double) part.bytes()), 0, false)));
        Map<Integer, String> best = new LinkedHashMap<>();
        Double whole = original(measure);
        for (int b : bits.descendingSet()) {
            header.add(b == 1 ? "1 bit" : b + " bits");
            first.add(Table.Cell.of(whole == null ? "-" : measure.text(whole)));
            String winner = best(measure, b);
            if (winner != null) {
                best.put(b, winner);
            }
        }
        List<List<Table.Cell>> table = new ArrayList<>();
        table.add(first);
        rows.forEach((way, byBits) -> {
            List<Table.Cell> row = new ArrayList<>(List.of(Table.Cell.of(way)));
            for (int b : bits.descendingSet()) {
                row.add(cell(
                        byBits.getOrDefault(b, List.of()), measure, whole, way.equals(best.get(b)) && rows.size() > 1));
            }
            table.add(row);
        });
        return new Table(
                "%s (difference from the original), and bytes; %s is better, the best of each column is marked"
                        .formatted(measure.label(), measure.moreIsBetter() ? "more" : "less"),
                header,
                table);
    }

    private static Table.Cell cell(List<Cell> cells, Measure measure, @Nullable Double whole, boolean best) {
        double mean = mean(cells, measure);
        if (Double.isNaN(mean)) {
            return Table.Cell.of("-");
        }
        String difference = whole == null ? "" : measure.signed(mean - whole);
        String small = ExperimentPage.bytes(bytes(cells));
        if (cells.size() > 1) {
            var statistics =
                    cells.stream().mapToDouble(cell -> value(cell, measure)).summaryStatistics();
            small += "; %d seeds: %s to %s"
                    .formatted(cells.size(), measure.text(statistics.getMin()), measure.text(statistics.getMax()));
        }
        return new Table.Cell(
                measure.text(mean) + (difference.isEmpty() ? "" : " (" + difference + ")"), small, 0, best);
    }

    private @Nullable String best(Measure measure, int b) {
        String best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (String way : rows.keySet()) {
            double value = mean(cells(way, b), measure);
            double good = measure.moreIsBetter() ? value : -value;
            if (good > most) {
                most = good;
                best = way;
            }
        }
        return best;
    }

    private List<Cell> cells(String way, int b) {
        return rows.getOrDefault(way, Map.of()).getOrDefault(b, List.of());
    }

    private static double value(Cell cell, Measure measure) {
        return Metric.ofKey(measure.key())
                .map(metric -> cell.metrics().getOrDefault(metric, Double.NaN))
                .orElse(Double.NaN);
    }

    private static double mean(List<Cell> cells, Measure measure) {
        return cells.stream()
                .mapToDouble(cell -> value(cell, measure))
                .average()
                .orElse(Double.NaN);
    }

    private static double bytes(List<Cell> cells) {
        return cells.stream().mapToLong(Cell::bytes).average().orElse(Double.NaN);
    }
}
