package dev.signet.core.outputaware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.Solution;
import dev.signet.core.WeightMatrix;
import dev.signet.core.heatmap.HeatMapSolver;
import dev.signet.core.heatmap.Planes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The solvers beside an independent fp64 implementation, on its 48 groups. */
@Tag("real")
class ReferenceVectorsTest {
    private static JsonNode cases;
    private static JsonNode layers;

    @BeforeAll
    static void read() throws IOException {
        Path file = Path.of(System.getProperty("signet.reference"), "vectors.json");
        JsonNode vectors = new ObjectMapper().readTree(file.toFile());
        cases = vectors.get("heat_map");
        layers = vectors.get("output_aware");
    }

    @ParameterizedTest
    @CsvSource({
        "GREEDY, 1",
        "GREEDY, 2",
        "GREEDY, 3",
        "GREEDY, 4",
        "REFINED, 1",
        "REFINED, 2",
        "REFINED, 3",
        "REFINED, 4"
    })
    void definedMethodsAgree(Method method, int bits) {
        for (JsonNode group : cases) {
            JsonNode expected = group.get("bits").get(Integer.toString(bits)).get(method.text());
            assertAgrees(solve(group, method, bits, false), expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void exactSolutionsAgree(int bits) {
        for (JsonNode group : cases) {
            JsonNode expected = group.get("bits").get(Integer.toString(bits)).get("exact");
            assertAgrees(solve(group, Method.ALTERNATING, bits, false), expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, multi_start, false",
        "4, multi_start, false",
        "1, offset, true",
        "2, offset, true",
        "3, offset, true",
        "4, offset, true"
    })
    void iteratedSolutionsAreNoWorse(int bits, String key, boolean offset) {
        double ours = 0;
        double theirs = 0;
        for (JsonNode group : cases) {
            double a = solve(group, Method.ALTERNATING, bits, offset).loss();
            double b = group.get("bits")
                    .get(Integer.toString(bits))
                    .get(key)
                    .get("loss")
                    .asDouble();
            ours += a;
            theirs += b;
        }
        assertThat(ours).isLessThanOrEqualTo(theirs * (1 + 1e-12));
    }

    /** In total over filters and bits, for each of the three layers, with and without offset. */
    @ParameterizedTest
    @ValueSource(strings = {"loss_output_aware", "loss_output_aware_offset"})
    void outputAwareSolutionsAreNoWorse(String key) {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            double ours = 0;
            double theirs = 0;
            for (JsonNode layer : layers) {
                int n = layer.get("n").asInt();
                WeightMatrix matrix = new WeightMatrix(layer.get("filters").asInt(), n, 1, floats(layer.get("W")));
                GramMatrix gram = new GramMatrix(n, floats(layer.get("H")));
                for (int bits = 1; bits <= 4; bits++) {
                    ours += Arrays.stream(new OutputAwareSolver(new Grouping.Filter(), bits, key.endsWith("offset"))
                                    .solve(matrix, gram, pool)
                                    .losses())
                            .sum();
                    theirs += Arrays.stream(doubles(layer.get("bits")
                                    .get(Integer.toString(bits))
                                    .get(key)))
                            .sum();
                }
            }
            assertThat(ours).isLessThanOrEqualTo(theirs);
        }
    }

    @Test
    void thereAreCases() {
        assertThat(layers).hasSize(3);
        assertThat(cases).hasSize(48);
    }

    private static void assertAgrees(Solution solution, JsonNode expected) {
        double[] coefficients = doubles(expected.get("coefficients"));
        Planes.standardize(coefficients);
        double largest = coefficients[0];
        assertThat(solution.loss()).isCloseTo(expected.get("loss").asDouble(), within(1e-9 * largest * largest));
        // A weight alone in its cell leaves a residual of 0, whose computed
        // sign, and so the next plane, is rounding noise.
        boolean ambiguous = solution.codes().length < 2 << coefficients.length;
        // Two planes came out equal: the reference shares the coefficient between them, we drop one.
        boolean dropped = solution.coefficients()[coefficients.length - 1] == 0;
        if (!ambiguous && !dropped) {
            assertThat(solution.coefficients()).containsExactly(coefficients, within(1e-9 * largest));
        }
    }

    private static Solution solve(JsonNode group, Method method, int bits, boolean offset) {
        float[] weights = floats(group.get("w"));
        float @Nullable [] importance = group.get("u").isNull() ? null : floats(group.get("u"));
        return new HeatMapSolver(method, bits, offset).solve(weights, importance, 0, weights.length);
    }

    private static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        Arrays.setAll(values, i -> array.get(i).asDouble());
        return values;
    }

    private static float[] floats(JsonNode array) {
        double[] values = doubles(array);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
