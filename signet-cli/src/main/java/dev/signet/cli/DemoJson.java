package dev.signet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.lab.builtin.DemoResult;
import dev.signet.lab.experiment.Setting;
import java.nio.file.Path;
import java.util.List;

/** {@code demo --json}; documented in docs/json.md. */
final class DemoJson {
    private DemoJson() {}

    static ObjectNode of(List<DemoResult> results, Path report, double seconds) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("seconds", seconds)
                .put("report", report.toString());
        ArrayNode models = json.putArray("models");
        for (DemoResult result : results) {
            ObjectNode model = models.addObject()
                    .put("task", result.kind().text())
                    .put("model", result.model().text())
                    .put("data", result.data())
                    .put("bytes", result.bytes());
            result.original().forEach(model.putObject("original")::put);
            ArrayNode cells = model.putArray("cells");
            for (DemoResult.Trial trial : result.trials()) {
                Setting setting = trial.cell().setting();
                ObjectNode cell = cells.addObject()
                        .put("way", trial.way().text())
                        .put("bits", setting.bits())
                        .put("importance", setting.importance().text())
                        .put("method", setting.scheme().text())
                        .put("group", setting.group().text())
                        .put("seed", setting.seed())
                        .put("offset", trial.way().corrected())
                        .put("correct", trial.way().corrected())
                        .put("bytes", trial.cell().bytes());
                trial.cell().metrics().forEach(cell.putObject("metrics")::put);
            }
        }
        return json;
    }
}
