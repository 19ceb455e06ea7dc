package dev.signet.lab.plan;

import dev.signet.lab.experiment.Setting;
import dev.signet.lab.metric.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A plan's table for people, on a terminal or in a document: Markdown, its columns aligned. */
public final class PlanMarkdown {
    private record Column(String name, boolean figures, Function<PlanTable.Row, String> value) {}

    private PlanMarkdown() {}

    /**
     * The table: what is the same in all rows is left out, and a row that no other one of its model beats in bytes and in the figure to
     * look at first has a star.
     */
    public static String of(PlanTable table) {
        return of(table, true);
    }

    /** The originals and the rows with a star, which is left out, and what has failed. */
    public static String frontiers(PlanTable table) {
        return of(table, false);
    }

    private static String of(PlanTable table, boolean all) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("model", false, row -> row.cell().model().name()));
        columns.add(ofSetting("method", false, setting -> setting.way().scheme().text(), "original"));
        columns.add(ofSetting("bits", true, setting -> Integer.toString(setting.bits()), "32"));
        columns.add(ofSetting("importance", false, setting -> setting.way().importanceText(), ""));
        columns.add(ofSetting("group", false, setting -> setting.way().group().text(), ""));
        columns.add(ofSetting("seed", true, setting -> Long.toString(setting.seed()), ""));
        columns.removeIf(column -> table.rows().stream()
                                .filter(row -> row.cell().setting() != null)
                                .map(column.value())
                                .distinct()
                                .count()
                        == 1
                && List.of("importance", "group", "seed").contains(column.name()));
        columns.add(new Column(
                "bytes",
                true,
                row -> String.format(Locale.ROOT, "%,d", row.result().bytes())));
        columns.add(new Column("% of it", true, PlanMarkdown::share));
        List<List<String>> lines = new ArrayList<>();
        for (List<PlanTable.Row> ofModel : table.models().values()) {
            List<PlanTable.Row> frontier = PlanTable.frontier(ofModel);
            Optional<Metric> metric = PlanTable.first(ofModel);
            for (PlanTable.Row row : ofModel) {
                boolean best = frontier.contains(row);
                if (!all
                        && !best
                        && row.cell().setting() != null
                        && row.result().isDone()) {
                    continue;
                }
                List<String> line = new ArrayList<>();
                boolean done = row.result().isDone();
                columns.forEach(column ->
                        line.add(done || !isResult(column) ? column.value().apply(row) : ""));
                line.add(done ? metric.map(Metric::label).orElse("") : "failed");
                line.add(
                        done
                                ? metric.map(one -> value(row, one)).orElse("")
                                : cut(String.valueOf(row.result().error())));
                if (all) {
                    line.add(best ? "*" : "");
                }
                lines.add(line);
            }
        }
        List<String> header = new ArrayList<>(columns.stream().map(Column::name).toList());
        header.addAll(List.of("metric", "value"));
        List<Boolean> figures =
                new ArrayList<>(columns.stream().map(Column::figures).toList());
        figures.addAll(List.of(false, false, false));
        if (all) {
            header.add("");
        }
        return text(header, figures, lines);
    }

    private static String value(PlanTable.Row row, Metric metric) {
        Double value = row.result().metrics().get(metric);
        return value == null ? "-" : metric.text(value);
    }

    private static boolean isResult(Column column) {
        return column.name().equals("bytes") || column.name().equals("% of it");
    }

    private static Column ofSetting(String name, boolean figures, Function<Setting, String> value, String original) {
        return new Column(name, figures, row -> {
            Setting setting = row.cell().setting();
            return setting == null ? original : value.apply(setting);
        });
    }

    private static String share(PlanTable.Row row) {
        CellResult result = row.result();
        return result.bytesBefore() == 0
                ? ""
                : String.format(Locale.ROOT, "%.1f", 100.0 * result.bytes() / result.bytesBefore());
    }

    private static String cut(String error) {
        String plain = error.replace("|", "/");
        return plain.length() <= 100 ? plain : plain.substring(0, 97) + "...";
    }

    private static String text(List<String> header, List<Boolean> figures, List<List<String>> lines) {
        int[] widths = new int[header.size()];
        for (int c = 0; c < widths.length; c++) {
            int column = c;
            widths[c] = lines.stream()
                    .mapToInt(line -> line.get(column).length())
                    .reduce(Math.max(3, header.get(c).length()), Math::max);
        }
        StringBuilder text = new StringBuilder();
        append(text, header, figures, widths);
        List<String> rule = new ArrayList<>();
        for (int c = 0; c < widths.length; c++) {
            rule.add("-".repeat(widths[c] - 1) + (figures.get(c) ? ":" : "-"));
        }
        append(text, rule, figures, widths);
        lines.forEach(line -> append(text, line, figures, widths));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells, List<Boolean> figures, int[] widths) {
        for (int c = 0; c < cells.size(); c++) {
            String padding = " ".repeat(widths[c] - cells.get(c).length());
            text.append("| ")
                    .append(figures.get(c) ? padding + cells.get(c) : cells.get(c) + padding)
                    .append(' ');
        }
        text.append("|\n");
    }
}
