package dev.signet.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code run --json}; documented in docs/json.md: of a classifier the classes, of an image network the picture. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunJson(
        String model,
        String input,
        String runtime,
        String preprocessing,
        @JsonUnwrapped @Nullable Picture picture,
        @Nullable List<Candidate> classes) {
    record Picture(String output, int width, int height) {}

    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Candidate(
            @JsonProperty("class") int label, @Nullable String name, double probability, float score) {}
}
