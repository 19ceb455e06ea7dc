package dev.signet.lab.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each node of ONNX Runtime's own graph took, by its profiler: nodes are fused, renamed and added by its optimizer.
 *
 * @param milliseconds for each of its nodes the median time
 */
record NodeTimes(Map<String, Double> milliseconds) {
    private static final String SUFFIX = "_kernel_time";

    // What its optimizer makes of a node's name, or of that of its output.
    private static final List<String> MARKS = List.of("_nchwc", "_token_", "_nhwc", "/fused", " (fused)");
    private static final String FUSED = "fused ";

    /**
     * Reads a profile.
     *
     * @param runs how many of the last runs count
     */
    static NodeTimes read(Path profile, int runs) throws IOException {
        Map<String, List<Double>> durations = new LinkedHashMap<>();
        for (JsonNode event : new JsonMapper().readTree(profile.toFile())) {
            String name = event.path("name").asText();
            if (event.path("cat").asText().equals("Node") && name.endsWith(SUFFIX)) {
                durations
                        .computeIfAbsent(
                                name.substring(0, name.length() - SUFFIX.length()), missing -> new ArrayList<>())
                        .add(event.path("dur").asDouble() / 1000);
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        durations.forEach((name, all) -> {
            double[] last = all.subList(Math.max(0, all.size() - runs), all.size()).stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            medians.put(name, last[last.length / 2]);
        });
        return new NodeTimes(medians);
    }

    /**
     * The layer that does what node {@code name} does.
     *
     * @param layers by the names that their nodes and outputs have in the file
     * @return its place, or -1 for a node that only ONNX Runtime has
     */
    static int layer(String name, Map<String, Integer> layers) {
        String plain = name.startsWith(FUSED) ? name.substring(FUSED.length()) : name;
        Integer found = layers.get(plain);
        for (String mark : MARKS) {
            int at = plain.indexOf(mark);
            if (found == null && at > 0) {
                found = layers.get(plain.substring(0, at));
            }
        }
        return found == null ? -1 : found;
    }
}
