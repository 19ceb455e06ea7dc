package dev.signet.report;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.StyleTransfer;
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
    private final ExperimentResult result;
    private final NavigableSet<Integer> bits = new TreeSet<>();
    private final Map<String, Map<Integer, List<Cell>>> rows = new LinkedHashMap<>();

    ResultGrid(ExperimentResult result) {
        this.result = result;
        List<Way> ways = result.ways();
        bits.addAll(result.bits());
        for (Way way : ways) {
            Map<Integer, List<Cell>> row = rows.computeIfAbsent(way.label(ways), key -> new LinkedHashMap<>());
            bits.forEach(b -> row.put(b, result.cells(way, b)));
        }
    }

    /** What was measured, the figure to look at first in front. */
    List<Metric> metrics() {
        Set<Metric> metrics = new LinkedHashSet<>(shown().keySet());
        result.cells().forEach(cell -> metrics.addAll(cell.metrics().keySet()));
        return List.copyOf(metrics);
    }

    /** The original's figures; none for style transfer, where the original's pictures are what is compared with. */
    private Map<Metric, Double> shown() {
        return result.task() instanceof StyleTransfer ? Map.of() : result.original();
    }

    /** A metric's number format in charts. */
    static String unit(Metric metric) {
        return switch (metric) {
            case PSNR, PSNR_RGB, OUTPUT_SNR, SNR -> "decibel";
            case SSIM, SSIM_RGB, KL, IOU, COSINE, DIFFERENCE -> "similarity";
            case TOP1, TOP5, AGREEMENT, MSE, MSE_RGB, BOXES, OTHER_BOXES, CHARACTERS, LINES -> "points";
        };
    }

    /** How far below the original a close look goes, or 0 for none. */
    private static double near(Metric metric) {
        return switch (metric) {
            case AGREEMENT, BOXES, CHARACTERS, LINES -> 5;
            case TOP1 -> 3;
            case TOP5, PSNR, PSNR_RGB -> 1;
            case SSIM, SSIM_RGB, IOU, COSINE -> 0.02;
            case KL, MSE, MSE_RGB, OUTPUT_SNR, SNR, OTHER_BOXES, DIFFERENCE -> 0;
        };
    }

    /** The original's figure, or null where it has none that can be compared with. */
    private @Nullable Double original(Metric metric) {
        Double value = shown().get(metric);
        return value == null || !Double.isFinite(value) ? null : value;
    }

    List<Block.KeyFigure> keyFigures() {
        List<Block.KeyFigure> figures = new ArrayList<>();
        if (metrics().isEmpty()) {
            return figures;
        }
        Metric metric = metrics().getFirst();
        Double whole = original(metric);
        figures.add(new Block.KeyFigure(
                "Original, fp32",
                whole == null ? "-" : metric.text(whole),
                (whole == null ? "" : metric.label() + ", ") + ExperimentPage.bytes((double) result.bytes())));
        for (int b : bits.descendingSet()) {
            String best = best(metric, b);
            List<Cell> cells = best == null ? List.of() : cells(best, b);
            if (best != null && !cells.isEmpty()) {
                figures.add(new Block.KeyFigure(
                        String.format(Locale.ROOT, "Best at %d bit%s", b, b == 1 ? "" : "s"),
                        metric.text(mean(cells, metric)),
                        String.format(
                                Locale.ROOT,
                                "%s, %.1f %% of the bytes: %s",
                                metric.label(),
                                100 * bytes(cells) / Math.max(1, result.bytes()),
                                best)));
            }
        }
        return figures;
    }

    /** The whole range, and a close look at what is near the original. */
    List<Chart.View> views(Metric metric) {
        List<Charts.Curve> curves = new ArrayList<>();
        rows.forEach((way, byBits) -> {
            List<Charts.Point> points = new ArrayList<>();
            for (int b : bits) {
                List<Cell> cells = byBits.getOrDefault(b, List.of());
                double value = mean(cells, metric);
                if (Double.isFinite(value)) {
                    points.add(new Charts.Point(bytes(cells), value, b + (b == 1 ? " bit" : " bits")));
                }
            }
            curves.add(new Charts.Curve(way, points));
        });
        Double whole = original(metric);
        Charts.@Nullable Point reference = whole == null ? null : new Charts.Point(result.bytes(), whole, "original");
        List<Chart.View> views = new ArrayList<>();
        views.add(
                new Chart.View(metric.label(), Charts.tradeOff(curves, metric.label(), unit(metric), null, reference)));
        if (whole != null && near(metric) > 0) {
            double from = whole - near(metric);
            boolean below = curves.stream()
                    .flatMap(curve -> curve.points().stream())
                    .anyMatch(point -> point.y() < from - near(metric));
            if (below) {
                views.add(new Chart.View(
                        metric.label() + ", near the original",
                        Charts.tradeOff(curves, metric.label(), unit(metric), from, reference)));
            }
        }
        return views;
    }

    Table table(Metric metric) {
        List<String> header = new ArrayList<>(List.of("method"));
        List<Table.Cell> first = new ArrayList<>(List.of(
                new Table.Cell("original", "fp32, " + ExperimentPage.bytes((double) result.bytes()), 0, false)));
        Map<Integer, String> best = new LinkedHashMap<>();
        Double whole = original(metric);
        for (int b : bits.descendingSet()) {
            header.add(b == 1 ? "1 bit" : b + " bits");
            first.add(Table.Cell.of(whole == null ? "-" : metric.text(whole)));
            String winner = marked(metric, b);
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
                        byBits.getOrDefault(b, List.of()), metric, whole, way.equals(best.get(b)) && rows.size() > 1));
            }
            table.add(row);
        });
        return new Table(
                "%s (difference from the original), and bytes; %s is better, marked is what is better than all others of its column by more than chance"
                        .formatted(metric.label(), metric.moreIsBetter() ? "more" : "less"),
                header,
                table);
    }

    private static Table.Cell cell(List<Cell> cells, Metric metric, @Nullable Double whole, boolean best) {
        double mean = mean(cells, metric);
        if (Double.isNaN(mean)) {
            return Table.Cell.of("-");
        }
        String difference = whole == null ? "" : metric.signed(mean - whole);
        String small = ExperimentPage.bytes(bytes(cells));
        if (cells.size() > 1) {
            var statistics =
                    cells.stream().mapToDouble(cell -> value(cell, metric)).summaryStatistics();
            small += String.format(
                    Locale.ROOT,
                    "; %d seeds: %s to %s",
                    cells.size(),
                    metric.text(statistics.getMin()),
                    metric.text(statistics.getMax()));
        }
        return new Table.Cell(
                metric.text(mean) + (difference.isEmpty() ? "" : " (" + difference + ")"), small, 0, best);
    }

    /** The best, where that is no chance: of the figure to look at first by a paired test. */
    private @Nullable String marked(Metric metric, int b) {
        return metric == result.whole().first()
                ? result.best(b).map(way -> way.label(result.ways())).orElse(null)
                : null;
    }

    private @Nullable String best(Metric metric, int b) {
        String best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (String way : rows.keySet()) {
            double value = mean(cells(way, b), metric);
            double good = metric.moreIsBetter() ? value : -value;
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

    private static double value(Cell cell, Metric metric) {
        return cell.metrics().getOrDefault(metric, Double.NaN);
    }

    private static double mean(List<Cell> cells, Metric metric) {
        return cells.stream().mapToDouble(cell -> value(cell, metric)).average().orElse(Double.NaN);
    }

    private static double bytes(List<Cell> cells) {
        return cells.stream().mapToLong(Cell::bytes).average().orElse(Double.NaN);
    }
}
