package dev.signet.report;

import dev.signet.quantize.TensorReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What became of each weight tensor, as blocks of a page. */
final class LayerBlocks {
    /** Histograms and heat maps of more layers than this would make a page that is slow to open. */
    private static final int MOST_PICTURES = 200;

    private LayerBlocks() {}

    /** Bits, bytes, error and signal to noise of each quantized tensor, above each other. */
    static Chart chart(List<TensorReport> tensors) {
        List<TensorReport> quantized = quantized(tensors);
        return Chart.of(
                "Every quantized weight: bits, bytes, error and the signal to noise of its layer's output",
                Charts.rows(
                        quantized.stream().map(TensorReport::name).toList(),
                        List.of(
                                row(
                                        "bits",
                                        "number",
                                        false,
                                        series(
                                                "bits",
                                                quantized,
                                                t -> figures(t).bits())),
                                new Charts.Row(
                                        "bytes, before and after",
                                        "bytes",
                                        true,
                                        List.of(
                                                series("bytes before", quantized, TensorReport::bytesBefore),
                                                series("bytes after", quantized, TensorReport::bytesAfter))),
                                row(
                                        "squared error of the weights, relative",
                                        "percent",
                                        false,
                                        series(
                                                "weight error",
                                                quantized,
                                                t -> 100 * figures(t).weightError())),
                                row(
                                        "output signal to noise (dB), all earlier layers quantized",
                                        "decibel",
                                        false,
                                        series("output SNR", quantized, LayerBlocks::snr)))),
                Chart.Size.TALL);
    }

    private static Charts.Row row(String title, String unit, boolean logarithmic, Charts.Series series) {
        return new Charts.Row(title, unit, logarithmic, List.of(series));
    }

    /** All tensors, those that were kept too. */
    static Table table(List<TensorReport> tensors) {
        long largest =
                tensors.stream().mapToLong(TensorReport::bytesAfter).max().orElse(1);
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (TensorReport tensor : tensors) {
            TensorReport.Quantized quantized = tensor.quantized();
            rows.add(List.of(
                    new Table.Cell(tensor.name(), tensor.kept() == null ? "" : "kept: " + tensor.kept(), 0, false),
                    Table.Cell.of(shape(tensor.shape())),
                    Table.Cell.of(quantized == null ? "-" : Integer.toString(quantized.bits())),
                    Table.Cell.of(quantized == null ? "-" : quantized.group()),
                    Table.Cell.of(String.format(Locale.ROOT, "%,d", tensor.bytesBefore())),
                    new Table.Cell(
                            String.format(Locale.ROOT, "%,d", tensor.bytesAfter()),
                            "",
                            (double) tensor.bytesAfter() / largest,
                            false),
                    Table.Cell.of(
                            quantized == null
                                    ? "-"
                                    : String.format(Locale.ROOT, "%.3f %%", 100 * quantized.weightError())),
                    Table.Cell.of(
                            quantized == null || quantized.outputSnr() == null
                                    ? "-"
                                    : String.format(Locale.ROOT, "%.1f dB", quantized.outputSnr()))));
        }
        return new Table(
                "All weight tensors",
                List.of("tensor", "shape", "bits", "grouping", "bytes before", "bytes after", "error", "output SNR"),
                rows);
    }

    /** The histogram of each quantized tensor with its levels. */
    static List<Block> histograms(List<TensorReport> tensors) {
        List<Chart> charts = quantized(tensors).stream()
                .limit(MOST_PICTURES)
                .map(tensor -> Chart.of(
                        String.format(
                                Locale.ROOT,
                                "%s, %d bit%s",
                                tensor.name(),
                                figures(tensor).bits(),
                                figures(tensor).bits() == 1 ? "" : "s"),
                        Charts.levels(figures(tensor).levels()),
                        Chart.Size.SMALL))
                .toList();
        return List.of(
                new Block.Text("The weights as they were, and the levels that quantization puts them on: a line at the"
                        + " median of the groups, a band from the lowest to the highest tenth, as every group has"
                        + " levels of its own. Above 4 bits the outline is the histogram of the quantized weights."),
                new Block.Grid(charts));
    }

    /** The heat map of each quantized tensor, or nothing where there is none. */
    static List<Block> heatMaps(List<TensorReport> tensors) {
        List<HeatPicture> pictures = new ArrayList<>();
        for (TensorReport tensor : tensors) {
            if (tensor.heatMap() != null && pictures.size() < MOST_PICTURES) {
                pictures.add(new HeatPicture(tensor.name(), tensor.heatMap()));
            }
        }
        return pictures.isEmpty() ? List.of() : List.of(new Block.Grid(pictures));
    }

    /** For a target size: what each number of bits would do. */
    static List<Block> damage(List<TensorReport> tensors) {
        List<Charts.Series> curves = new ArrayList<>();
        for (TensorReport tensor : tensors) {
            if (tensor.damage() != null) {
                String chosen = tensor.quantized() == null
                        ? "float"
                        : tensor.quantized().bits() + " bits";
                curves.add(new Charts.Series("%s (%s)".formatted(tensor.name(), chosen), tensor.damage()));
            }
        }
        if (curves.isEmpty()) {
            return List.of();
        }
        return List.of(new Block.Section(
                "Bits for the target size",
                List.of(
                        new Block.Text(
                                "How the bits were chosen: the estimated noise in the network's output, relative to"
                                        + " the output's energy, if only this weight were quantized. In brackets what it"
                                        + " got."),
                        Chart.of(
                                "Noise in the network's output against the bits of one weight",
                                Charts.lines(List.of("1", "2", "3", "4", "5", "6", "7", "8"), curves, "exponent", true),
                                Chart.Size.WIDE))));
    }

    static List<TensorReport> quantized(List<TensorReport> tensors) {
        return tensors.stream().filter(tensor -> tensor.quantized() != null).toList();
    }

    static double snr(TensorReport tensor) {
        Double snr = figures(tensor).outputSnr();
        return snr == null ? Double.NaN : snr;
    }

    private static TensorReport.Quantized figures(TensorReport tensor) {
        return Objects.requireNonNull(tensor.quantized());
    }

    private static Charts.Series series(String name, List<TensorReport> tensors, ToDoubleFunction<TensorReport> value) {
        return new Charts.Series(
                name, tensors.stream().map(value::applyAsDouble).toList());
    }

    /** 64×64×3×3. */
    static String shape(int[] shape) {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining("×"));
    }
}
