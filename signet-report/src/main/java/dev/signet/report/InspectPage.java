package dev.signet.report;

import dev.signet.quantize.inspect.ModelSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page of {@code signet inspect --report}. */
public final class InspectPage {
    private InspectPage() {}

    /** The page of a model. */
    public static HtmlPage of(ModelSummary model) {
        List<Chart> histograms = new ArrayList<>();
        List<HeatPicture> heatMaps = new ArrayList<>();
        for (ModelSummary.Layer layer : model.layers()) {
            if (layer.weights() != null) {
                histograms.add(
                        Chart.of(layer.name(), Charts.histogram(layer.weights().histogram()), Chart.Size.SMALL));
                heatMaps.add(new HeatPicture(layer.name(), layer.weights().heatMap()));
            }
        }
        return new HtmlPage(
                        String.valueOf(Path.of(model.path()).getFileName()),
                        "%s: what it is made of and what its weights would take.".formatted(model.path()))
                .add(List.of(
                        new Block.KeyFigures(figures(model)),
                        MemoryBlocks.section(model),
                        new Block.Section("Tensors", List.of(tensors(model))),
                        new Block.Section(
                                "Weights",
                                List.of(
                                        Chart.of(
                                                "All weights, each divided by the standard deviation of its filter",
                                                Charts.histogram(model.normalized()),
                                                Chart.Size.WIDE),
                                        new Block.Grid(histograms))),
                        new Block.Section(
                                "Heat maps",
                                List.of(
                                        new Block.Text(
                                                "Mean size of the weights, relative to the tensor's mean: filters"
                                                        + " downwards, inputs to the right, dark to bright is small to"
                                                        + " large."),
                                        new Block.Grid(heatMaps)))));
    }

    private static List<Block.KeyFigure> figures(ModelSummary model) {
        long kept =
                model.layers().stream().filter(layer -> layer.weights() == null).count();
        int tensors = model.quantizable().size();
        return List.of(
                new Block.KeyFigure(
                        "File",
                        String.format(Locale.ROOT, "%,d", model.bytes()),
                        String.format(Locale.ROOT, "bytes; opset %d, IR version %d", model.opset(), model.irVersion())),
                new Block.KeyFigure(
                        "Quantizable",
                        String.format(Locale.ROOT, "%.1f %%", 100.0 * model.floatBytes() / Math.max(1, model.bytes())),
                        String.format(
                                Locale.ROOT,
                                "of the file: %d tensors, %,d bytes as fp32",
                                tensors,
                                model.floatBytes())),
                new Block.KeyFigure("Kept", Long.toString(kept), "tensors of two or more dimensions stay as they are"),
                new Block.KeyFigure(
                        "Small",
                        Integer.toString(model.smallTensors()),
                        String.format(
                                Locale.ROOT,
                                "biases and normalization, %,d bytes, stay as they are",
                                model.smallBytes())));
    }

    private static Table tensors(ModelSummary model) {
        long largest = model.layers().stream()
                .mapToLong(ModelSummary.Layer::bytes)
                .max()
                .orElse(1);
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (ModelSummary.Layer layer : model.layers()) {
            ModelSummary.Weights weights = layer.weights();
            rows.add(List.of(
                    new Table.Cell(layer.name(), layer.kept() == null ? "" : "kept: " + layer.kept(), 0, false),
                    Table.Cell.of(weights == null ? "" : String.join(", ", weights.operators())),
                    Table.Cell.of(Arrays.stream(layer.shape())
                            .mapToObj(Long::toString)
                            .collect(Collectors.joining("×"))),
                    new Table.Cell(
                            String.format(Locale.ROOT, "%,d", layer.bytes()),
                            "",
                            (double) layer.bytes() / Math.max(1, largest),
                            false),
                    Table.Cell.of(weights == null ? "-" : String.format(Locale.ROOT, "%.4f", weights.deviation()))));
        }
        return new Table(
                "All tensors of two or more dimensions",
                List.of("tensor", "used by", "shape", "bytes", "deviation"),
                rows);
    }
}
