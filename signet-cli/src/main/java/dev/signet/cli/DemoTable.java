package dev.signet.cli;

import dev.signet.lab.builtin.DemoResult;
import java.io.PrintWriter;
import java.util.List;

/** The tables of {@code demo}: a row for each way, columns for the numbers of bits. */
final class DemoTable {
    private DemoTable() {}

    static void print(DemoResult result, PrintWriter out) {
        out.println("%s, %s".formatted(result.model().text(), result.data()));
        List<String> header = result.header();
        var table = new TextTable(header.toArray(String[]::new));
        result.rows().forEach(row -> table.add(row.toArray()));
        table.print(out);
    }
}
