package dev.signet.report;

import dev.signet.core.Grouping;
import dev.signet.quantize.inspect.ModelSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** What a model's weights take at each number of bits, as blocks of a page. */
final class MemoryBlocks {
    private static final Grouping OURS = new Grouping.Filter();

    private MemoryBlocks() {}

    /** All weights in each grouping, and each kernel shape. */
    static Block.Section section(ModelSummary model) {
        return new Block.Section(
                "Memory",
                List.of(
                        groupings(model),
                        new Block.Text(
                                "Per kernel shape: first Signet's layout (fp16 coefficients and an offset for each"
                                        + " filter), under it the article's (one fp32 coefficient for each sign plane of"
                                        + " each kernel slice). Above 100 % a layout is larger than the original."),
                        shapes(model)));
    }

    private static Table groupings(ModelSummary model) {
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (Grouping grouping : ModelSummary.GROUPINGS) {
            rows.add(row(
                    "per " + grouping.text(),
                    "",
                    bits -> (double) model.packedBytes(grouping, bits) / Math.max(1, model.floatBytes())));
        }
        rows.add(row(
                "the article's layout",
                "",
                bits -> (double) model.articleBytes(bits) / Math.max(1, model.floatBytes())));
        return new Table("All quantizable weights, per cent of fp32", header("grouping"), rows);
    }

    private static Table shapes(ModelSummary model) {
        Map<String, ModelSummary.Weights> shapes = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (ModelSummary.Weights weights : model.quantizable()) {
            String shape = String.format(
                    Locale.ROOT,
                    "%d filters x %d, kernel of %d",
                    weights.filters(),
                    weights.inputs() / weights.kernelSize(),
                    weights.kernelSize());
            shapes.putIfAbsent(shape, weights);
            counts.merge(shape, 1, Integer::sum);
        }
        List<List<Table.Cell>> rows = new ArrayList<>();
        shapes.forEach((shape, weights) -> {
            List<Table.Cell> row = new ArrayList<>();
            int count = counts.getOrDefault(shape, 1);
            row.add(new Table.Cell(shape, count == 1 ? "1 tensor" : count + " tensors", 0, false));
            for (int bits : ModelSummary.allBits()) {
                double ours = weights.size(OURS, bits).relativeToFloat();
                row.add(new Table.Cell(
                        percent(ours), percent(weights.article(bits).relativeToFloat()), ours, false));
            }
            rows.add(row);
        });
        return new Table("Per kernel shape, per cent of fp32", header("kernel shape"), rows);
    }

    private static List<Table.Cell> row(String name, String small, IntToDoubleFunction share) {
        List<Table.Cell> row = new ArrayList<>();
        row.add(new Table.Cell(name, small, 0, false));
        for (int bits : ModelSummary.allBits()) {
            row.add(new Table.Cell(percent(share.applyAsDouble(bits)), "", share.applyAsDouble(bits), false));
        }
        return row;
    }

    private static List<String> header(String first) {
        List<String> header = new ArrayList<>(List.of(first));
        for (int bits : ModelSummary.allBits()) {
            header.add(bits == 1 ? "1 bit" : bits + " bits");
        }
        return header;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
