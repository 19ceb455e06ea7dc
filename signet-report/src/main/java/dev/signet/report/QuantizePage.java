package dev.signet.report;

import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.Verdict;
import dev.signet.quantize.inspect.ModelSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The page of {@code signet quantize --report}. */
public final class QuantizePage {
    private QuantizePage() {}

    /** The page of a run on the model that {@code source} describes. */
    public static HtmlPage of(QuantizeReport report, ModelSummary source) {
        return of(report, source, List.of(), "");
    }

    /**
     * The same with pictures.
     *
     * @param pictures what the source and the file make of pictures, where they make pictures
     * @param command what makes the same file; empty where nobody knows
     */
    public static HtmlPage of(
            QuantizeReport report, ModelSummary source, List<PictureComparison> pictures, String command) {
        List<TensorReport> tensors = report.tensors();
        List<Block> blocks = new ArrayList<>();
        Verdict verdict = Verdict.of(report);
        blocks.add(new Block.Verdict(
                verdict.level().name().toLowerCase(Locale.ROOT), verdict.text(), weakest(report), command));
        blocks.add(new Block.KeyFigures(figures(report)));
        blocks.add(new Block.Notes(report.notes()));
        if (!pictures.isEmpty()) {
            blocks.add(new Block.Section(
                    "Pictures",
                    PictureBlock.all(pictures).stream().map(Block.class::cast).toList()));
        }
        blocks.add(new Block.Section("Layers", List.of(LayerBlocks.chart(tensors), LayerBlocks.table(tensors))));
        blocks.addAll(LayerBlocks.damage(tensors));
        blocks.add(new Block.Section("Weights and their levels", LayerBlocks.histograms(tensors)));
        List<Block> heatMaps = new ArrayList<>(LayerBlocks.heatMaps(tensors));
        if (!heatMaps.isEmpty()) {
            heatMaps.addFirst(new Block.Text(
                    "Mean size of the weights, relative to the tensor's mean (what the heat map l1 weighs"
                            + " errors with): filters downwards, inputs to the right, dark to bright is small to"
                            + " large."));
            blocks.add(new Block.Section("Heat maps", heatMaps));
        }
        blocks.add(MemoryBlocks.section(source));
        return new HtmlPage(
                        report.target().getFileName().toString(),
                        "Made of %s; statistics: %s.".formatted(report.source().getFileName(), report.statistics()))
                .add(blocks);
    }

    /** The layer that loses most, unless the verdict names it already. */
    private static String weakest(QuantizeReport report) {
        return LayerBlocks.quantized(report.tensors()).stream()
                .filter(tensor -> Double.isFinite(LayerBlocks.snr(tensor)))
                .min(Comparator.comparingDouble(LayerBlocks::snr))
                .map(tensor -> String.format(
                        Locale.ROOT,
                        "The weakest layer is %s, %.1f dB above the noise.",
                        tensor.name(),
                        LayerBlocks.snr(tensor)))
                .orElse("");
    }

    private static List<Block.KeyFigure> figures(QuantizeReport report) {
        List<TensorReport> quantized = LayerBlocks.quantized(report.tensors());
        double share = (double) report.bytesAfter() / report.bytesBefore();
        long weights = 0;
        long bits = 0;
        for (TensorReport tensor : quantized) {
            long count = 1;
            for (int side : tensor.shape()) {
                count *= side;
            }
            weights += count;
            bits += Byte.SIZE * tensor.bytesAfter();
        }
        List<Block.KeyFigure> figures = new ArrayList<>();
        figures.add(new Block.KeyFigure(
                "Size",
                String.format(Locale.ROOT, "%.1f %%", 100 * share),
                String.format(Locale.ROOT, "%,d of %,d bytes", report.bytesAfter(), report.bytesBefore())));
        figures.add(new Block.KeyFigure(
                "Smaller by",
                String.format(Locale.ROOT, "%.1f x", 1 / share),
                "the whole file, all that is kept included"));
        figures.add(new Block.KeyFigure(
                "Bits a weight",
                String.format(Locale.ROOT, "%.2f", (double) bits / Math.max(1, weights)),
                String.format(
                        Locale.ROOT,
                        "coefficients included, %d of %d tensors",
                        quantized.size(),
                        report.tensors().size())));
        if (report.outputSnr() != null) {
            figures.add(new Block.KeyFigure(
                    "Output SNR",
                    String.format(Locale.ROOT, "%.1f dB", report.outputSnr()),
                    "the network's output against what quantization changes in it"));
        }
        figures.add(new Block.KeyFigure(
                "Verified",
                report.verification().kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                report.verification().text()));
        return figures;
    }
}
