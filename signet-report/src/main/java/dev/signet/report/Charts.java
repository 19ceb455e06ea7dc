package dev.signet.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.quantize.inspect.Histogram;
import dev.signet.quantize.inspect.WeightLevels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of ECharts for the charts of Signet's reports: data and arrangement; {@code charts.js} gives colours and formats. */
public final class Charts {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** With more bars than this a chart gets a slider to look at a part of them. */
    private static final int MOST_BARS = 60;

    private Charts() {}

    /** Named values, one for each category; NaN where there is none. */
    public record Series(String name, List<Double> values) {}

    /**
     * One of several charts above each other.
     *
     * @param title what it shows
     * @param unit a number format of {@code charts.js}
     * @param logarithmic whether its axis is
     */
    public record Row(String title, String unit, boolean logarithmic, List<Series> series) {}

    /** A point of a curve; {@code label} is written beside it. */
    public record Point(double x, double y, String label) {}

    /** Points that are joined. */
    public record Curve(String name, List<Point> points) {}

    /** A histogram as an area. */
    public static ObjectNode histogram(Histogram histogram) {
        ObjectNode option = histogramFrame();
        area(option.putArray("series").addObject(), "weights", histogram);
        return option;
    }

    /**
     * A histogram of weights with the levels that quantization gives them: a line at each level's median over the groups, a band
     * from the first to the last tenth of the groups. Where the levels are too many, the quantized weights' histogram.
     */
    public static ObjectNode levels(WeightLevels levels) {
        ObjectNode option = histogramFrame();
        ArrayNode series = option.putArray("series");
        ObjectNode original = area(series.addObject(), "original weights", levels.original());
        if (levels.levels().isEmpty()) {
            ObjectNode quantized = area(series.addObject(), "quantized weights", levels.quantized());
            quantized.remove("areaStyle");
            quantized.put("role", "outline");
            return option;
        }
        ArrayNode lines = original.putObject("markLine")
                .put("silent", true)
                .put("symbol", "none")
                .put("role", "level")
                .putArray("data");
        ArrayNode bands = original.putObject("markArea")
                .put("silent", true)
                .put("role", "level")
                .putArray("data");
        for (WeightLevels.Level level : levels.levels()) {
            lines.addObject().put("xAxis", level.median());
            if (level.high() > level.low()) {
                ArrayNode band = bands.addArray();
                band.addObject().put("xAxis", level.low());
                band.addObject().put("xAxis", level.high());
            }
        }
        return option;
    }

    private static ObjectNode histogramFrame() {
        ObjectNode option = frame();
        option.putObject("xAxis")
                .put("type", "value")
                .put("scale", true)
                .put("splitNumber", 4)
                .put("unit", "short");
        option.putObject("yAxis").put("type", "value").put("splitNumber", 3).put("unit", "short");
        return option;
    }

    private static ObjectNode area(ObjectNode series, String name, Histogram histogram) {
        ArrayNode data = series.put("type", "line")
                .put("name", name)
                .put("step", "middle")
                .put("showSymbol", false)
                .put("unit", "count")
                .putArray("data");
        series.putObject("areaStyle");
        for (int bin = 0; bin < histogram.counts().length; bin++) {
            // Six digits: a page has a hundred histograms.
            data.addArray().add((float) histogram.centre(bin)).add(histogram.counts()[bin]);
        }
        return series;
    }

    /** Bars above each other for the same names: a reader sees all that is known of a name at once. */
    public static ObjectNode rows(List<String> names, List<Row> rows) {
        ObjectNode option = frame();
        option.remove("grid");
        option.putObject("axisPointer").putArray("link").addObject().put("xAxisIndex", "all");
        ArrayNode titles = option.putArray("title");
        ArrayNode grids = option.putArray("grid");
        ArrayNode xAxes = option.putArray("xAxis");
        ArrayNode yAxes = option.putArray("yAxis");
        ArrayNode series = option.putArray("series");
        boolean slider = names.size() > MOST_BARS;
        double height = (slider ? 84.0 : 89.0) / rows.size();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            String top = i * height + 4.5 + "%";
            titles.addObject().put("text", row.title()).put("left", 0).put("top", i * height + "%");
            grids.addObject().put("left", 56).put("right", 8).put("top", top).put("height", height - 7 + "%");
            boolean last = i == rows.size() - 1;
            ObjectNode xAxis = xAxes.addObject().put("type", "category").put("gridIndex", i);
            xAxis.putObject("axisLabel")
                    .put("show", last)
                    .put("rotate", 40)
                    .put("width", 110)
                    .put("overflow", "truncate");
            names.forEach(xAxis.putArray("data")::add);
            yAxes.addObject()
                    .put("type", row.logarithmic() ? "log" : "value")
                    .put("gridIndex", i)
                    .put("splitNumber", 3)
                    .put("unit", row.unit());
            for (Series one : row.series()) {
                ObjectNode bars = series.addObject()
                        .put("type", "bar")
                        .put("name", one.name())
                        .put("unit", row.unit())
                        .put("xAxisIndex", i)
                        .put("yAxisIndex", i)
                        .put("barGap", "10%");
                if (row.series().size() == 2 && one.equals(row.series().getFirst())) {
                    bars.put("role", "muted");
                }
                one.values().forEach(value -> add(bars.withArray("data"), value, row.logarithmic()));
            }
        }
        if (slider) {
            ArrayNode axes = option.putArray("dataZoom")
                    .addObject()
                    .put("type", "slider")
                    .put("bottom", 4)
                    .put("height", 22)
                    .putArray("xAxisIndex");
            for (int i = 0; i < rows.size(); i++) {
                axes.add(i);
            }
        }
        return option;
    }

    /** Lines over the same names; {@code unit} is a number format of {@code charts.js}. */
    public static ObjectNode lines(List<String> names, List<Series> series, String unit, boolean logarithmic) {
        ObjectNode option = frame();
        ((ObjectNode) option.get("tooltip")).put("trigger", "item");
        if (series.size() <= 12) {
            option.putObject("legend").put("top", 0);
        }
        ObjectNode xAxis = option.putObject("xAxis").put("type", "category");
        xAxis.putObject("axisLabel")
                .put("rotate", names.size() > 8 ? 40 : 0)
                .put("width", 110)
                .put("overflow", "truncate");
        names.forEach(xAxis.putArray("data")::add);
        option.putObject("yAxis").put("type", logarithmic ? "log" : "value").put("unit", unit);
        ArrayNode all = option.putArray("series");
        for (Series one : series) {
            ObjectNode line =
                    all.addObject().put("type", "line").put("name", one.name()).put("unit", unit);
            one.values().forEach(value -> add(line.withArray("data"), value, logarithmic));
        }
        return option;
    }

    /**
     * Curves of a figure against bytes.
     *
     * @param unit the figure's number format
     * @param from where the axis starts, or null to show all
     * @param reference the original, at the end of a line across the chart; null where there is none to compare with
     */
    public static ObjectNode tradeOff(
            List<Curve> curves, String name, String unit, @Nullable Double from, @Nullable Point reference) {
        ObjectNode option = frame();
        ((ObjectNode) option.get("tooltip")).put("trigger", "item");
        option.putObject("legend").put("top", 0);
        ((ObjectNode) option.get("grid")).put("bottom", 26);
        option.putObject("xAxis")
                .put("type", "log")
                .put("logBase", 2)
                .put("name", "bytes of the file")
                .put("nameLocation", "middle")
                .put("nameGap", 26)
                .put("unit", "bytes");
        ObjectNode yAxis = option.putObject("yAxis")
                .put("type", "value")
                .put("name", name)
                .put("scale", true)
                .put("unit", unit);
        if (from != null) {
            yAxis.put("min", from);
        }
        ArrayNode zoom = option.putArray("dataZoom");
        for (String axis : List.of("xAxisIndex", "yAxisIndex")) {
            zoom.addObject()
                    .put("type", "inside")
                    .put(axis, 0)
                    .put("zoomOnMouseWheel", "ctrl")
                    .put("filterMode", "none");
        }
        ArrayNode all = option.putArray("series");
        for (Curve curve : curves) {
            ObjectNode line = all.addObject()
                    .put("type", "line")
                    .put("name", curve.name())
                    .put("unit", unit)
                    .put("role", "curve");
            curve.points().forEach(point -> point(line.withArray("data"), point));
        }
        if (reference == null) {
            return option;
        }
        ObjectNode original = all.addObject()
                .put("type", "line")
                .put("name", "original")
                .put("unit", unit)
                .put("role", "original");
        point(original.withArray("data"), reference);
        original.putObject("markLine")
                .put("silent", true)
                .put("symbol", "none")
                .putArray("data")
                .addObject()
                .put("yAxis", reference.y());
        return option;
    }

    private static void point(ArrayNode data, Point point) {
        data.addObject()
                .put("name", point.label())
                .putArray("value")
                .add(point.x())
                .add(point.y());
    }

    private static void add(ArrayNode data, double value, boolean logarithmic) {
        if (Double.isFinite(value) && !(logarithmic && value <= 0)) {
            data.add(value);
        } else {
            data.addNull();
        }
    }

    private static ObjectNode frame() {
        ObjectNode option = JSON.objectNode();
        option.putObject("tooltip").put("trigger", "axis").put("confine", true);
        option.putObject("grid")
                .put("left", 8)
                .put("right", 32)
                .put("top", 34)
                .put("bottom", 8)
                .put("containLabel", true);
        return option;
    }
}
