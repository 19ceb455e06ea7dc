package dev.signet.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in plain text; columns of figures stand right, others left. */
final class TextTable {
    private final String[] header;
    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... header) {
        this.header = header;
    }

    void add(Object... cells) {
        rows.add(Arrays.stream(cells).map(Object::toString).toArray(String[]::new));
    }

    void print(PrintWriter out) {
        int[] widths = new int[header.length];
        boolean[] figures = new boolean[header.length];
        for (int c = 0; c < header.length; c++) {
            widths[c] = header[c].length();
            figures[c] = !rows.isEmpty();
            for (String[] row : rows) {
                widths[c] = Math.max(widths[c], row[c].length());
                figures[c] &= row[c].isEmpty() || row[c].matches("-|[-+<>]?[0-9].*");
            }
        }
        line(out, header, widths, figures);
        line(out, Arrays.stream(widths).mapToObj("-"::repeat).toArray(String[]::new), widths, figures);
        for (String[] row : rows) {
            line(out, row, widths, figures);
        }
    }

    private static void line(PrintWriter out, String[] cells, int[] widths, boolean[] figures) {
        var line = new StringBuilder();
        for (int c = 0; c < cells.length; c++) {
            String padding = " ".repeat(widths[c] - cells[c].length());
            line.append(c == 0 ? "" : "  ").append(figures[c] ? padding + cells[c] : cells[c] + padding);
        }
        out.println(line.toString().stripTrailing());
    }
}
