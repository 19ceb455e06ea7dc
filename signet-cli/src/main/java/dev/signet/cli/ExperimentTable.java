package dev.signet.cli;

import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.ExperimentResult.Mean;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Metric;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** The table of {@code experiment}, as the article has it: original, vanilla and weighted side by side, means over the seeds. */
final class ExperimentTable {
    private ExperimentTable() {}

    static void print(ExperimentResult result, PrintWriter out) {
        List<Way> ways = result.ways();
        List<String> header = new ArrayList<>(List.of("bits", "", "original"));
        ways.forEach(way -> header.add(label(way, ways)));
        var table = new TextTable(header.toArray(String[]::new));
        for (int bits : result.bits()) {
            for (Metric metric : result.original().keySet()) {
                List<Object> row =
                        row(bits, metric.label(), metric.text(result.original().get(metric)));
                for (Way way : ways) {
                    row.add(result.mean(way, bits)
                            .map(mean -> metric.text(mean.metrics().getOrDefault(metric, Double.NaN)))
                            .orElse("-"));
                }
                table.add(row.toArray());
            }
            List<Object> row = row(bits, "bytes", Figures.bytes(result.bytes()));
            for (Way way : ways) {
                row.add(result.mean(way, bits)
                        .map(Mean::bytes)
                        .map(Figures::bytes)
                        .orElse("-"));
            }
            table.add(row.toArray());
        }
        table.print(out);
    }

    private static List<Object> row(Object... first) {
        return new ArrayList<>(List.of(first));
    }

    private static String label(Way way, List<Way> ways) {
        String label = way.label(ways);
        return way.equals(Way.usual(way.group())) ? label + " (default)" : label;
    }
}
