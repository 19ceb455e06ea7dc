package dev.signet.report;

import dev.signet.lab.metric.Metric;
import dev.signet.quantize.TensorReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The page of {@code signet experiment --report}, and of {@code signet demo}: a section for each task. */
public final class ExperimentPage {
    private ExperimentPage() {}

    /** The page of one experiment. */
    public static HtmlPage of(ExperimentDetails details) {
        return new HtmlPage(
                        "%s: %s".formatted(details.model(), details.task()),
                        "The original network beside its quantized versions, in one table.")
                .add(blocks(details));
    }

    /** A page of several experiments, a section each. */
    public static HtmlPage of(String title, String lead, List<ExperimentDetails> experiments) {
        return new HtmlPage(title, lead)
                .add(experiments.stream()
                        .map(each -> new Block.Section(each.task() + ": " + each.model(), blocks(each)))
                        .toList());
    }

    private static List<Block> blocks(ExperimentDetails details) {
        List<Block> blocks = new ArrayList<>();
        var grid = new ResultGrid(details.result());
        blocks.add(new Block.KeyFigures(grid.keyFigures()));
        blocks.add(new Block.Section("Results", results(details, grid)));
        if (!details.pictures().isEmpty()) {
            List<Block> pictures = new ArrayList<>();
            pictures.add(new Block.Text(
                    "What the original network and the quantized ones make of the same image. Differences"
                            + " are from the original network's picture, and are made brighter."));
            pictures.addAll(PictureBlock.all(details.pictures()));
            blocks.add(new Block.Section("Pictures", pictures));
        }
        if (!details.layers().isEmpty()) {
            blocks.add(layers(details.layers()));
        }
        if (details.summary() != null) {
            blocks.add(MemoryBlocks.section(details.summary()));
        }
        return blocks;
    }

    private static List<Block> results(ExperimentDetails details, ResultGrid grid) {
        List<Block> blocks = new ArrayList<>();
        List<Metric> metrics = grid.metrics();
        if (metrics.isEmpty()) {
            return List.of(new Block.Text("Nothing was measured."));
        }
        List<Chart.View> views = new ArrayList<>();
        for (Metric metric : metrics) {
            views.addAll(grid.views(metric));
        }
        blocks.add(new Chart("The figure of each setting against the bytes of its file", views, Chart.Size.WIDE));
        // The first one open, the others on demand.
        blocks.add(grid.table(metrics.getFirst()));
        for (Metric metric : metrics.subList(1, metrics.size())) {
            blocks.add(new Block.Fold(metric.label(), List.of(grid.table(metric))));
        }
        if (!details.conditions().isEmpty()) {
            List<List<String>> rows = details.conditions().entrySet().stream()
                    .map(entry -> List.of(entry.getKey(), entry.getValue()))
                    .toList();
            blocks.add(new Block.Fold(
                    "What the figures depend on", List.of(Table.of("Conditions", List.of("", "value"), rows))));
        }
        return blocks;
    }

    /** Signal to noise of each layer in all cells, and all figures of each cell. */
    private static Block layers(Map<String, List<TensorReport>> layers) {
        List<Charts.Series> snr = new ArrayList<>();
        List<Charts.Series> error = new ArrayList<>();
        List<String> names = List.of();
        for (var entry : layers.entrySet()) {
            List<TensorReport> quantized = LayerBlocks.quantized(entry.getValue());
            if (quantized.size() > names.size()) {
                names = quantized.stream().map(TensorReport::name).toList();
            }
        }
        for (var entry : layers.entrySet()) {
            snr.add(new Charts.Series(entry.getKey(), values(names, entry.getValue(), LayerBlocks::snr)));
            error.add(new Charts.Series(
                    entry.getKey(),
                    values(
                            names,
                            entry.getValue(),
                            t -> 100 * Objects.requireNonNull(t.quantized()).weightError())));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Chart(
                "Each layer in each setting",
                List.of(
                        new Chart.View("output SNR", Charts.lines(names, snr, "decibel", false)),
                        new Chart.View("weight error", Charts.lines(names, error, "percent", true))),
                Chart.Size.WIDE));
        layers.forEach((label, tensors) -> blocks.add(new Block.Fold(
                label,
                List.of(
                        LayerBlocks.chart(tensors),
                        LayerBlocks.table(tensors),
                        new Block.Section("Weights and their levels", LayerBlocks.histograms(tensors)),
                        new Block.Section("Heat maps", LayerBlocks.heatMaps(tensors))))));
        return new Block.Section("Layers", blocks);
    }

    private static List<Double> values(
            List<String> names, List<TensorReport> tensors, java.util.function.ToDoubleFunction<TensorReport> value) {
        List<Double> values = new ArrayList<>();
        for (String name : names) {
            values.add(LayerBlocks.quantized(tensors).stream()
                    .filter(tensor -> tensor.name().equals(name))
                    .mapToDouble(value)
                    .findFirst()
                    .orElse(Double.NaN));
        }
        return values;
    }

    /** 109,926 bytes. */
    static String bytes(double bytes) {
        return String.format(Locale.ROOT, "%,d bytes", Math.round(bytes));
    }
}
