package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.signet.engine.tensor.Shape;
import dev.signet.lab.speed.Explanation;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code bench --explain}: the layers of a network, in the table and in the JSON; documented in docs/json.md. */
record LayerTable(List<Layer> layers, List<Explanation.Other> onlyOnnxruntime, double peak, double error90) {
    private static final double NINE_OF_TEN = 0.9;

    record Layer(
            String name,
            String operator,
            String shape,
            String strategy,
            long products,
            double predicted,
            double milliseconds,
            double peakShare,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double onnxruntimeMilliseconds) {}

    static LayerTable of(Explanation explanation) {
        List<Layer> layers =
                explanation.layers().stream().map(LayerTable::layer).toList();
        return new LayerTable(layers, explanation.others(), explanation.peak(), explanation.error(NINE_OF_TEN));
    }

    private static Layer layer(Explanation.Row row) {
        String inputs = row.layer().inputs().isEmpty()
                ? ""
                : row.layer().inputs().getFirst() + (row.layer().products() > 0 ? weights(row) : "");
        return new Layer(
                row.layer().name(),
                row.layer().operator(),
                inputs + " -> " + row.layer().output(),
                row.layer().strategy(),
                row.layer().products(),
                row.predicted(),
                row.milliseconds(),
                row.share(),
                row.onnxruntime().isPresent() ? row.onnxruntime().getAsDouble() : null);
    }

    private static String weights(Explanation.Row row) {
        List<Shape> inputs = row.layer().inputs();
        return inputs.size() < 2 ? "" : " x " + inputs.get(1);
    }

    void print(PrintWriter out) {
        TextTable table = new TextTable(
                "layer", "operator", "shape", "strategy", "predicted", "ms", "peak %", "onnxruntime ms", "ratio");
        double ours = 0;
        double theirs = 0;
        for (Layer layer : layers) {
            Double other = layer.onnxruntimeMilliseconds();
            ours += layer.milliseconds();
            theirs += other == null ? 0 : other;
            table.add(
                    layer.name(),
                    layer.operator(),
                    layer.shape(),
                    layer.strategy(),
                    figure(layer.predicted(), 4),
                    figure(layer.milliseconds(), 4),
                    layer.products() == 0 ? "" : figure(100 * layer.peakShare(), 0),
                    other == null ? "" : figure(other, 4),
                    other == null ? "" : figure(other / layer.milliseconds(), 2));
        }
        for (Explanation.Other other : onlyOnnxruntime) {
            theirs += other.milliseconds();
            table.add(other.name(), "only ONNX Runtime", "", "", "", "", "", figure(other.milliseconds(), 4), "");
        }
        out.println();
        table.print(out);
        out.println(String.format(
                Locale.ROOT,
                "%.3f ms in Signet's layers, %.3f ms in ONNX Runtime's. Peak of a core: %.1f GMAC/s."
                        + " Of the time of products 90 %% is predicted within %.0f %%.",
                ours,
                theirs,
                peak / 1e9,
                100 * error90));
    }

    private static String figure(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
