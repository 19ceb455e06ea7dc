package dev.signet.lab.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.lab.metric.Metric;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a cell gave, or why it gave nothing.
 *
 * @param bytesBefore of the original
 * @param bytes of the file; for a baseline what it would have
 * @param images that it was measured on; 0 where there is no task
 * @param metrics of the task, then the output's signal to noise where it is known; none where there is an error
 * @param seconds of work, quantizing and measuring, waiting not counted
 * @param error a line that says what went wrong; null where nothing did
 */
public record CellResult(
        long bytesBefore,
        long bytes,
        int images,
        SequencedMap<Metric, Double> metrics,
        double seconds,
        @Nullable String error) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A cell that gave nothing. */
    static CellResult failed(String error) {
        return new CellResult(0, 0, 0, new LinkedHashMap<>(), 0, error);
    }

    /** Whether it gave something. */
    public boolean isDone() {
        return error == null;
    }

    /** As JSON. */
    String text() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("bytesBefore", bytesBefore)
                .put("bytes", bytes)
                .put("images", images)
                .put("seconds", seconds);
        ObjectNode values = json.putObject("metrics");
        metrics.forEach((metric, value) -> values.put(metric.key(), value));
        if (error != null) {
            json.put("error", error);
        }
        return json.toString();
    }

    /** Reads what {@link #text} gave. @throws IllegalArgumentException if it is nothing of the kind */
    static CellResult parse(String text) {
        JsonNode json = tree(text);
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        json.path("metrics")
                .properties()
                .forEach(entry -> Metric.ofKey(entry.getKey())
                        .ifPresent(metric -> metrics.put(metric, number(entry.getValue()))));
        return new CellResult(
                json.path("bytesBefore").asLong(),
                json.path("bytes").asLong(),
                json.path("images").asInt(),
                metrics,
                json.path("seconds").asDouble(),
                json.hasNonNull("error") ? json.path("error").asText() : null);
    }

    static JsonNode tree(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A number; those that JSON has not are texts. */
    static double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.asText());
    }
}
