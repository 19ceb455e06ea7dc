package dev.signet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.lab.experiment.ExperimentResult;
import java.nio.file.Path;
import java.util.List;

/** {@code demo --json}; documented in docs/json.md. */
final class DemoJson {
    private DemoJson() {}

    static ObjectNode of(List<ExperimentResult> results, Path report, double seconds) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        ObjectNode json = factory.objectNode().put("seconds", seconds).put("report", report.toString());
        ArrayNode models = json.putArray("models");
        for (ExperimentResult result : results) {
            ObjectNode options = factory.objectNode()
                    .put("task", result.task().kind().text())
                    .put("model", result.model().toString())
                    .put("bytes", result.bytes())
                    .put("images", result.task().size());
            models.add(ExperimentJson.of(options, result.original(), result.cells()));
        }
        return json;
    }
}
