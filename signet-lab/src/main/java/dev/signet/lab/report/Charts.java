package dev.signet.lab.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.lab.inspect.Histogram;
import java.util.List;
import java.util.Locale;

/** Options of ECharts for the charts of Signet's reports. */
public final class Charts {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Charts() {}

    /** A histogram as bars. */
    public static ObjectNode histogram(Histogram histogram) {
        ObjectNode option = frame();
        ArrayNode centres = option.putObject("xAxis").put("type", "category").putArray("data");
        ArrayNode counts = option.putArray("series")
                .addObject()
                .put("type", "bar")
                .put("barCategoryGap", "5%")
                .putArray("data");
        for (int bin = 0; bin < histogram.counts().length; bin++) {
            centres.add(String.format(Locale.ROOT, "%.3g", histogram.centre(bin)));
            counts.add(histogram.counts()[bin]);
        }
        option.putObject("yAxis").put("type", "value").put("name", "weights");
        return option;
    }

    /** Bars side by side for each name. */
    public static ObjectNode bars(List<String> names, List<Series> series, String unit) {
        ObjectNode option = frame();
        ArrayNode categories = option.putObject("xAxis").put("type", "category").putArray("data");
        names.forEach(categories::add);
        option.putObject("yAxis").put("type", "value").put("name", unit);
        if (series.size() > 1) {
            option.putObject("legend").put("top", 0);
        }
        ArrayNode all = option.putArray("series");
        for (Series one : series) {
            ArrayNode data =
                    all.addObject().put("type", "bar").put("name", one.name()).putArray("data");
            for (double value : one.values()) {
                data.add(Double.isFinite(value) ? value : 0);
            }
        }
        return option;
    }

    /** Lines over a few categories, on a logarithmic axis; values that are not positive are left out. */
    public static ObjectNode decays(List<String> categories, List<Series> series, String unit) {
        ObjectNode option = frame();
        ((ObjectNode) option.get("tooltip")).put("trigger", "item");
        ArrayNode names = option.putObject("xAxis").put("type", "category").putArray("data");
        categories.forEach(names::add);
        option.putObject("yAxis").put("type", "log").put("name", unit);
        ArrayNode all = option.putArray("series");
        for (Series one : series) {
            ArrayNode data =
                    all.addObject().put("type", "line").put("name", one.name()).putArray("data");
            for (double value : one.values()) {
                if (value > 0 && Double.isFinite(value)) {
                    data.add(value);
                } else {
                    data.addNull();
                }
            }
        }
        return option;
    }

    /** Named values. */
    public record Series(String name, List<Double> values) {}

    private static ObjectNode frame() {
        ObjectNode option = JSON.objectNode();
        option.putObject("tooltip").put("trigger", "axis");
        option.putObject("grid")
                .put("left", 8)
                .put("right", 12)
                .put("top", 34)
                .put("bottom", 8)
                .put("containLabel", true);
        return option;
    }
}
