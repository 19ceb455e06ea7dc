package dev.signet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.core.Grouping;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.Task;
import dev.signet.quantize.QuantizeOptions;
import dev.signet.quantize.SignetVersion;
import dev.signet.quantize.solve.Importance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code experiment --json}, written and read back; documented in docs/json.md. */
final class ExperimentJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ExperimentJson() {}

    /** All that the figures depend on, but for the settings of the cells. */
    static ObjectNode question(
            Task task, Path model, String sha256, Path data, QuantizeOptions options, List<String> exclude) {
        ObjectNode question = JSON.objectNode()
                .put("task", task.kind().text())
                .put("model", model.toString())
                .put("sha256", sha256)
                .put("data", data.toString())
                .put("images", task.size());
        new TreeMap<>(task.conditions()).forEach(question::put);
        question.put("offset", options.offset())
                .put("correct", options.correct())
                .put("calibrate", String.valueOf(options.samples().calibration()))
                .put("samples", options.samples().count())
                .put("version", SignetVersion.current());
        exclude.forEach(question.putArray("exclude")::add);
        return question;
    }

    static ObjectNode of(ObjectNode question, SequencedMap<Metric, Double> original, List<Cell> cells) {
        ObjectNode json = JSON.objectNode();
        put(original, json.putObject("original"));
        int images = question.path("images").asInt();
        json.withObject("/original").put("images", images);
        var array = json.putArray("cells");
        for (Cell cell : cells) {
            Setting setting = cell.setting();
            ObjectNode node = array.addObject()
                    .put("bits", setting.bits())
                    .put("importance", setting.way().importanceText())
                    .put("method", setting.scheme().text())
                    .put("group", setting.group().text())
                    .put("seed", setting.seed())
                    .put("bytes", cell.bytes());
            put(cell.metrics(), node.putObject("metrics"));
            node.withObject("/metrics").put("images", images);
        }
        json.set("options", question);
        return json;
    }

    /** The cells of a file that {@link #of} gave. */
    static List<Cell> cells(JsonNode json) {
        List<Cell> cells = new ArrayList<>();
        for (JsonNode node : json.path("cells")) {
            var setting = new Setting(
                    node.path("bits").asInt(),
                    Scheme.parse(node.path("method").asText()),
                    importance(node.path("importance").asText()),
                    Grouping.parse(node.path("group").asText()),
                    node.path("seed").asLong());
            cells.add(new Cell(setting, node.path("bytes").asLong(), metrics(node.path("metrics")), null, List.of()));
        }
        return cells;
    }

    private static @Nullable Importance importance(String text) {
        return text.equals(Way.DEFAULT) ? null : Importance.parse(text);
    }

    private static void put(SequencedMap<Metric, Double> metrics, ObjectNode json) {
        metrics.forEach((metric, value) -> json.put(metric.key(), value));
    }

    static SequencedMap<Metric, Double> metrics(JsonNode json) {
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        json.properties()
                .forEach(entry -> Metric.ofKey(entry.getKey())
                        .ifPresent(
                                metric -> metrics.put(metric, entry.getValue().asDouble())));
        return metrics;
    }

    /** The first cells, and those of the second whose settings are not among them. */
    static List<Cell> union(List<Cell> first, List<Cell> second) {
        List<Cell> all = new ArrayList<>(first);
        Set<Setting> there = new LinkedHashSet<>();
        first.forEach(cell -> there.add(cell.setting()));
        second.stream().filter(cell -> there.add(cell.setting())).forEach(all::add);
        return all;
    }
}
