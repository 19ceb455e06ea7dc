package dev.signet.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table in plain text; columns of figures stand right, others left. Where lines are bounded long texts lose their middle, and
 * columns that have no room follow below, beside the first one again.
 */
final class TextTable {
    private static final int GAP = 2;

    /** What is left of a name that has no room; also of the shortest line. */
    private static final int SHORTEST = 12;

    private final String[] header;
    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... header) {
        this.header = header;
    }

    void add(Object... cells) {
        rows.add(Arrays.stream(cells).map(Object::toString).toArray(String[]::new));
    }

    void print(PrintWriter out) {
        print(out, Terminal.columns());
    }

    /** Prints lines of at most {@code columns} characters, where its figures have the room; any for 0. */
    void print(PrintWriter out, int columns) {
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
        if (columns > 0) {
            shorten(widths, figures, columns);
        }
        int from = 1;
        do {
            int to = columns > 0 ? fitting(widths, from, columns) : header.length;
            int[] shown =
                    IntStream.concat(IntStream.of(0), IntStream.range(from, to)).toArray();
            if (from > 1) {
                out.println();
            }
            line(out, header, widths, figures, shown);
            line(out, Arrays.stream(widths).mapToObj("-"::repeat).toArray(String[]::new), widths, figures, shown);
            for (String[] row : rows) {
                line(out, row, widths, figures, shown);
            }
            from = to;
        } while (from < header.length);
    }

    /** Takes what is too much from the widest texts. */
    private static void shorten(int[] widths, boolean[] figures, int columns) {
        int most = Math.max(SHORTEST, columns);
        int excess = Arrays.stream(widths).sum() + GAP * (widths.length - 1) - most;
        while (excess > 0) {
            int widest = -1;
            for (int c = 0; c < widths.length; c++) {
                if (!figures[c] && widths[c] > SHORTEST && (widest < 0 || widths[c] > widths[widest])) {
                    widest = c;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            excess--;
        }
    }

    /** The end of the columns from {@code from} on that have room beside the first; one always has. */
    private static int fitting(int[] widths, int from, int columns) {
        int used = widths[0];
        int to = from;
        while (to < widths.length && (to == from || used + GAP + widths[to] <= columns)) {
            used += GAP + widths[to++];
        }
        return to;
    }

    private static void line(PrintWriter out, String[] cells, int[] widths, boolean[] figures, int[] shown) {
        var line = new StringBuilder();
        for (int c : shown) {
            String cell = elided(cells[c], widths[c]);
            String padding = " ".repeat(widths[c] - cell.length());
            line.append(c == 0 ? "" : " ".repeat(GAP)).append(figures[c] ? padding + cell : cell + padding);
        }
        out.println(line.toString().stripTrailing());
    }

    /** Without its middle: names differ at their ends. */
    private static String elided(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int front = (width - 2) / 2;
        return text.substring(0, front) + ".." + text.substring(text.length() - (width - 2 - front));
    }
}
