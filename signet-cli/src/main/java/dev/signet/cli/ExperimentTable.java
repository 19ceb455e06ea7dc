package dev.signet.cli;

import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.ExperimentResult.Mean;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Measured;
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
        Metric first = result.whole().first();
        for (int bits : result.bits()) {
            Way best = result.best(bits).orElse(null);
            for (Metric metric : result.original().keySet()) {
                List<Object> row = row(bits, metric.label(), result.whole().text(metric));
                for (Way way : ways) {
                    String star = metric == first && way.equals(best) ? " *" : "";
                    row.add(result.mean(way, bits)
                            .map(mean -> text(result, way, bits, mean, metric) + star)
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

    private static String text(ExperimentResult result, Way way, int bits, Mean mean, Metric metric) {
        var uncertainty = new Measured(mean.metrics(), result.samples(way, bits)).uncertainty();
        return Measured.text(mean.metrics(), uncertainty, metric);
    }

    private static List<Object> row(Object... first) {
        return new ArrayList<>(List.of(first));
    }

    private static String label(Way way, List<Way> ways) {
        String label = way.label(ways);
        return way.equals(Way.usual(way.group())) ? label + " (default)" : label;
    }
}
