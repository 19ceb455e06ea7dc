package dev.signet.lab.report;

import dev.signet.lab.pipeline.QuantizeReport;
import dev.signet.lab.pipeline.TensorReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The page of {@code signet quantize --report}. */
public final class QuantizePage {
    private QuantizePage() {}

    /** The page of a run. */
    public static HtmlPage of(QuantizeReport report) {
        HtmlPage page = new HtmlPage("Signet: " + report.target().getFileName())
                .paragraph(String.format(
                        Locale.ROOT,
                        "%s (%,d bytes) became %s (%,d bytes, %.1f %%). ONNX Runtime gives %s outputs for the file and for its"
                                + " dequantized weights.",
                        report.source(),
                        report.bytesBefore(),
                        report.target(),
                        report.bytesAfter(),
                        100.0 * report.bytesAfter() / report.bytesBefore(),
                        report.verification().identical() ? "identical" : "equal (to rounding)"))
                .paragraph("Statistics: " + report.statistics());
        report.notes().forEach(note -> page.paragraph("Note: " + note));
        List<TensorReport> quantized =
                report.tensors().stream().filter(t -> t.quantized() != null).toList();
        List<String> names = quantized.stream().map(TensorReport::name).toList();
        addDamage(page, report);
        page.heading("Size")
                .chart(
                        "Bytes of each weight, before and after",
                        Charts.bars(
                                names,
                                List.of(
                                        series("before", quantized, TensorReport::bytesBefore),
                                        series("after", quantized, TensorReport::bytesAfter)),
                                "bytes"),
                        true)
                .heading("Quality")
                .chart(
                        "Output signal to noise of each layer, all earlier layers quantized",
                        Charts.bars(names, List.of(series("dB", quantized, QuantizePage::snr)), "dB"),
                        true)
                .chart(
                        "Squared error of each weight tensor, relative",
                        Charts.bars(names, List.of(series("error", quantized, QuantizePage::error)), "error"),
                        true)
                .heading("Tensors")
                .table(
                        List.of("tensor", "shape", "bits", "grouping", "before", "after", "error", "SNR dB", ""),
                        rows(report));
        return page;
    }

    /** For a target size: what each number of bits would do, and what was chosen. */
    private static void addDamage(HtmlPage page, QuantizeReport report) {
        List<TensorReport> measured =
                report.tensors().stream().filter(t -> t.damage() != null).toList();
        if (measured.isEmpty()) {
            return;
        }
        List<Charts.Series> curves = new ArrayList<>();
        for (TensorReport tensor : measured) {
            String chosen =
                    tensor.quantized() == null ? "float" : tensor.quantized().bits() + " bits";
            curves.add(new Charts.Series(
                    "%s (%s)".formatted(tensor.name(), chosen), Objects.requireNonNull(tensor.damage())));
        }
        page.heading("Bits for the target size")
                .chart(
                        "Bits of each weight",
                        Charts.bars(
                                measured.stream().map(TensorReport::name).toList(),
                                List.of(series(
                                        "bits",
                                        measured,
                                        t -> t.quantized() == null
                                                ? 0
                                                : t.quantized().bits())),
                                "bits"),
                        true)
                .chart(
                        "Noise in the network's output, relative, if only this weight were quantized",
                        Charts.decays(List.of("1", "2", "3", "4", "5", "6", "7", "8"), curves, "damage"),
                        true);
    }

    private static double snr(TensorReport tensor) {
        return tensor.quantized() == null || tensor.quantized().outputSnr() == null
                ? 0
                : tensor.quantized().outputSnr();
    }

    private static double error(TensorReport tensor) {
        return tensor.quantized() == null ? 0 : tensor.quantized().weightError();
    }

    private static Charts.Series series(String name, List<TensorReport> tensors, ToDoubleFunction<TensorReport> value) {
        return new Charts.Series(
                name, tensors.stream().map(value::applyAsDouble).toList());
    }

    private static List<List<String>> rows(QuantizeReport report) {
        List<List<String>> rows = new ArrayList<>();
        for (TensorReport tensor : report.tensors()) {
            TensorReport.Quantized quantized = tensor.quantized();
            rows.add(List.of(
                    tensor.name(),
                    Arrays.toString(tensor.shape()),
                    quantized == null ? "-" : Integer.toString(quantized.bits()),
                    quantized == null ? "-" : quantized.group(),
                    String.format(Locale.ROOT, "%,d", tensor.bytesBefore()),
                    String.format(Locale.ROOT, "%,d", tensor.bytesAfter()),
                    quantized == null ? "-" : String.format(Locale.ROOT, "%.5f", quantized.weightError()),
                    quantized == null || quantized.outputSnr() == null
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f", quantized.outputSnr()),
                    tensor.kept() == null ? "" : "kept: " + tensor.kept()));
        }
        return rows;
    }
}
