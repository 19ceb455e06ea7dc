package dev.signet.report;

import java.util.List;
import java.util.Locale;

/**
 * A table. Readers sort it by a click on a column's head.
 *
 * @param caption what it shows
 * @param header one text for each column
 * @param rows as many cells as columns in each
 */
public record Table(String caption, List<String> header, List<List<Cell>> rows) implements Block {
    /** @throws IllegalArgumentException if a row has more or fewer cells than the header */
    public Table {
        for (List<Cell> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "%d cells under %d columns of '%s'", row.size(), header.size(), caption));
            }
        }
    }

    /**
     * A cell.
     *
     * @param text what stands in it
     * @param small a second line, or empty
     * @param share how far a bar behind the text goes, 0..1
     * @param best whether it is the best of its column
     */
    public record Cell(String text, String small, double share, boolean best) {
        /** Text only. */
        public static Cell of(String text) {
            return new Cell(text, "", 0, false);
        }
    }

    /** A table of texts. */
    public static Table of(String caption, List<String> header, List<List<String>> rows) {
        return new Table(
                caption,
                header,
                rows.stream().map(row -> row.stream().map(Cell::of).toList()).toList());
    }
}
