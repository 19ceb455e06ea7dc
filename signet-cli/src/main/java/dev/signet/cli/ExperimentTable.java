package dev.signet.cli;

import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Setting;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The table of {@code experiment}: a row for each way, columns for the numbers of bits, means over the seeds. */
final class ExperimentTable {
    private ExperimentTable() {}

    static void print(Map<String, Double> original, long bytes, List<Cell> cells, PrintWriter out) {
        var bits = new TreeSet<Integer>();
        Map<List<String>, Map<Integer, List<Cell>>> rows = new LinkedHashMap<>();
        for (Cell cell : cells) {
            Setting setting = cell.setting();
            bits.add(setting.bits());
            boolean weighted = setting.scheme().takesHeatMap();
            boolean grouped = setting.scheme().takesSamples();
            List<String> row = List.of(
                    setting.scheme().text(),
                    weighted ? setting.importance().text() : "-",
                    grouped ? setting.group().text() : "filter");
            rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                    .computeIfAbsent(setting.bits(), key -> new java.util.ArrayList<>())
                    .add(cell);
        }
        double whole = original.getOrDefault("top1", Double.NaN);
        String[] header = new String[3 + bits.size()];
        header[0] = "method";
        header[1] = "importance";
        header[2] = "group";
        Object[] first = new Object[header.length];
        first[0] = "original";
        first[1] = "-";
        first[2] = "-";
        int column = 3;
        for (int b : bits) {
            header[column] = "%d bit%s: top-1 %% (drop), bytes".formatted(b, b == 1 ? "" : "s");
            first[column++] = String.format(Locale.ROOT, "%.2f, %s", whole, Figures.bytes(bytes));
        }
        var table = new TextTable(header);
        table.add(first);
        rows.forEach((row, byBits) -> {
            Object[] line = new Object[header.length];
            for (int i = 0; i < row.size(); i++) {
                line[i] = row.get(i);
            }
            int c = row.size();
            for (int b : bits) {
                line[c++] = figure(byBits.getOrDefault(b, List.of()), whole);
            }
            table.add(line);
        });
        table.print(out);
    }

    private static String figure(List<Cell> cells, double whole) {
        if (cells.isEmpty()) {
            return "-";
        }
        double top1 = cells.stream()
                .mapToDouble(cell -> cell.metrics().getOrDefault("top1", Double.NaN))
                .average()
                .orElse(Double.NaN);
        long bytes = Math.round(cells.stream().mapToLong(Cell::bytes).average().orElse(0));
        return String.format(Locale.ROOT, "%.2f (%.2f), %s", top1, whole - top1, Figures.bytes(bytes));
    }
}
