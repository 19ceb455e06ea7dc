package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code evaluate --json}; documented in docs/json.md. Keys of metrics are those of {@code Metric}, and {@code images}. */
record EvaluateJson(List<Model> models) {
    /**
     * What one model achieved.
     *
     * @param uncertainty standard error of the first metric, by its key
     * @param againstFirst the paired test against the first model; null for that one, and where there are no common samples
     * @param bicubic what interpolation achieves; for super-resolution only
     */
    record Model(
            String path,
            Map<String, Number> metrics,
            Map<String, Double> uncertainty,

            @JsonInclude(JsonInclude.Include.NON_NULL) ExperimentJson.@Nullable Test againstFirst,
            Map<String, String> conditions,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Number> bicubic) {}
}
