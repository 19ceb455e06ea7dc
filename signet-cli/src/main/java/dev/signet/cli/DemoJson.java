package dev.signet.cli;

import dev.signet.lab.experiment.ExperimentResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** {@code demo --json}; documented in docs/json.md. */
record DemoJson(double seconds, String report, List<ExperimentJson> models) {
    static DemoJson of(List<ExperimentResult> results, Path report, double seconds) {
        return new DemoJson(
                seconds,
                report.toString(),
                results.stream().map(DemoJson::model).toList());
    }

    private static ExperimentJson model(ExperimentResult result) {
        SequencedMap<String, Object> options = new LinkedHashMap<>();
        options.put("task", result.task().kind().text());
        options.put("model", result.model().toString());
        options.put("bytes", result.bytes());
        options.put("images", result.task().size());
        return ExperimentJson.of(options, result.whole(), result.cells());
    }
}
