package dev.signet.lab.report;

import dev.signet.core.Grouping;
import dev.signet.lab.inspect.ModelSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The page of {@code signet inspect --report}. */
public final class InspectPage {
    /** The groupings that memory tables compare. */
    public static final List<Grouping> GROUPINGS =
            List.of(new Grouping.Filter(), new Grouping.Block(64), new Grouping.Kernel(), new Grouping.Layer());

    private InspectPage() {}

    /** The page of a model. */
    public static HtmlPage of(ModelSummary model) {
        HtmlPage page = new HtmlPage("Signet: " + model.path())
                .paragraph(String.format(
                        Locale.ROOT,
                        "%,d bytes, opset %d, IR version %d; %,d bytes of weights that can be quantized; %d small tensors of %,d"
                                + " bytes (biases, normalization) stay as they are.",
                        model.bytes(),
                        model.opset(),
                        model.irVersion(),
                        model.floatBytes(),
                        model.smallTensors(),
                        model.smallBytes()))
                .heading("What the weights would take")
                .table(header("grouping"), memory(model))
                .heading("Weights");
        page.chart(
                "All weights, each divided by the standard deviation of its filter",
                Charts.histogram(model.normalized()),
                true);
        page.heading("Tensors")
                .table(List.of("tensor", "used by", "shape", "bytes", "deviation", ""), tensors(model))
                .heading("Histograms");
        for (ModelSummary.Layer layer : model.layers()) {
            if (layer.weights() != null) {
                page.chart(layer.name(), Charts.histogram(layer.weights().histogram()), false);
            }
        }
        return page;
    }

    private static List<String> header(String first) {
        List<String> header = new ArrayList<>(List.of(first));
        for (int bits : ModelSummary.allBits()) {
            header.add(bits == 1 ? "1 bit" : bits + " bits");
        }
        return header;
    }

    private static List<List<String>> memory(ModelSummary model) {
        List<List<String>> rows = new ArrayList<>();
        for (Grouping grouping : GROUPINGS) {
            List<String> row = new ArrayList<>(List.of(grouping.text()));
            for (int bits : ModelSummary.allBits()) {
                row.add(percent(model.packedBytes(grouping, bits), model));
            }
            rows.add(row);
        }
        List<String> article = new ArrayList<>(List.of("the article's (kernel, fp32)"));
        for (int bits : ModelSummary.allBits()) {
            article.add(percent(model.articleBytes(bits), model));
        }
        rows.add(article);
        return rows;
    }

    private static String percent(long bytes, ModelSummary model) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * bytes / Math.max(1, model.floatBytes()));
    }

    private static List<List<String>> tensors(ModelSummary model) {
        List<List<String>> rows = new ArrayList<>();
        for (ModelSummary.Layer layer : model.layers()) {
            ModelSummary.Weights weights = layer.weights();
            rows.add(List.of(
                    layer.name(),
                    weights == null ? "" : String.join(", ", weights.operators()),
                    Arrays.toString(layer.shape()),
                    String.format(Locale.ROOT, "%,d", layer.bytes()),
                    weights == null ? "" : String.format(Locale.ROOT, "%.4f", weights.deviation()),
                    layer.kept() == null ? "" : "kept: " + layer.kept()));
        }
        return rows;
    }
}
