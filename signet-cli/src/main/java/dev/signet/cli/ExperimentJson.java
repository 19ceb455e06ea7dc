package dev.signet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.core.Grouping;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.pipeline.Importance;
import dev.signet.lab.pipeline.QuantizeOptions;
import dev.signet.lab.pipeline.SignetVersion;
import dev.signet.lab.task.Classification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code experiment --json}, written and read back; documented in docs/json.md. */
final class ExperimentJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ExperimentJson() {}

    /** All that the figures depend on, but for the settings of the cells. */
    static ObjectNode question(
            String task,
            Path model,
            String sha256,
            String data,
            Classification classification,
            QuantizeOptions options,
            List<String> exclude) {
        ObjectNode question = JSON.objectNode()
                .put("task", task)
                .put("model", model.toString())
                .put("sha256", sha256)
                .put("data", data)
                .put("images", classification.images().size())
                .put("preprocessing", classification.preprocessing().text())
                .put("offset", options.offset())
                .put("correct", options.correct())
                .put("calibrate", String.valueOf(options.samples().calibration()))
                .put("samples", options.samples().count())
                .put("version", SignetVersion.current());
        exclude.forEach(question.putArray("exclude")::add);
        return question;
    }

    static ObjectNode of(ObjectNode question, Map<String, Double> original, List<Cell> cells) {
        ObjectNode json = JSON.objectNode();
        original.forEach(json.putObject("original")::put);
        var array = json.putArray("cells");
        for (Cell cell : cells) {
            Setting setting = cell.setting();
            ObjectNode node = array.addObject()
                    .put("bits", setting.bits())
                    .put("importance", setting.importance().text())
                    .put("method", setting.scheme().text())
                    .put("group", setting.group().text())
                    .put("seed", setting.seed())
                    .put("bytes", cell.bytes());
            cell.metrics().forEach(node.putObject("metrics")::put);
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
                    Importance.parse(node.path("importance").asText()),
                    Grouping.parse(node.path("group").asText()),
                    node.path("seed").asLong());
            cells.add(new Cell(setting, node.path("bytes").asLong(), metrics(node.path("metrics"))));
        }
        return cells;
    }

    static Map<String, Double> metrics(JsonNode json) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        json.properties()
                .forEach(entry -> metrics.put(entry.getKey(), entry.getValue().asDouble()));
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
