package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code evaluate --json}; documented in docs/json.md. Keys of metrics are those of {@code Metric}, and {@code images}. */
record EvaluateJson(List<Model> models) {
    /** @param bicubic what interpolation achieves; for super-resolution only */
    record Model(
            String path,
            Map<String, Number> metrics,
            Map<String, String> conditions,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Number> bicubic) {}
}
