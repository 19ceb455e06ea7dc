package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.Method;
import dev.signet.core.Solution;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closed forms against all codes, defined answers for degenerate groups, and the order of the methods. */
class HeatMapSolverTest {
    @ParameterizedTest
    @CsvSource({"1, false, 7", "1, true, 7", "2, false, 6"})
    void closedFormsFindTheGlobalMinimum(int bits, boolean offset, int n) {
        Random random = new Random(bits);
        for (int round = 0; round < 12; round++) {
            float[] weights = weights(random, n);
            float[] importance = round % 2 == 0 ? ones(n) : importance(random, n);

            double loss =
                    solve(Method.ALTERNATING, bits, offset, weights, importance).loss();

            double least = NaiveQuantization.bruteForce(weights, NaiveQuantization.diagonal(importance), bits, offset);
            assertThat(loss).isCloseTo(least, within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, true, 5", "3, false, 5", "3, true, 4"})
    void iteratedSolutionsAreNeverBelowTheMinimumAndOftenReachIt(int bits, boolean offset, int n) {
        Random random = new Random(bits);
        int reached = 0;
        for (int round = 0; round < 10; round++) {
            float[] weights = weights(random, n);
            float[] importance = importance(random, n);

            double loss =
                    solve(Method.ALTERNATING, bits, offset, weights, importance).loss();

            double least = NaiveQuantization.bruteForce(weights, NaiveQuantization.diagonal(importance), bits, offset);
            assertThat(loss).isGreaterThanOrEqualTo(least - 1e-9);
            if (loss <= least * 1.01 + 1e-6) {
                reached++;
            }
        }
        assertThat(reached).isGreaterThanOrEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GREEDY", "REFINED", "ALTERNATING"})
    void lossIsThatOfTheValues(Method method) {
        Random random = new Random(5);
        for (int bits = 1; bits <= 8; bits++) {
            for (boolean offset : new boolean[] {false, true}) {
                float[] weights = weights(random, 90);
                float[] importance = importance(random, 90);

                Solution solution = solve(method, bits, offset, weights, importance);

                double loss = NaiveQuantization.loss(weights, importance, solution);
                assertThat(solution.loss()).isCloseTo(loss, within(1e-12 + loss * 1e-9));
                assertThat(solution.coefficients()).hasSize(bits);
                assertFalling(solution.coefficients());
                assertThat(offset || solution.offset() == 0).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void alternatingBeatsRefinedAndRefinedBeatsGreedy(boolean offset) {
        Random random = new Random(7);
        for (int bits = 2; bits <= 6; bits++) {
            double[] total = new double[3];
            for (int round = 0; round < 10; round++) {
                float[] weights = weights(random, 200);
                float[] importance = importance(random, 200);
                total[0] +=
                        solve(Method.GREEDY, bits, offset, weights, importance).loss();
                total[1] +=
                        solve(Method.REFINED, bits, offset, weights, importance).loss();
                total[2] += solve(Method.ALTERNATING, bits, offset, weights, importance)
                        .loss();
            }
            assertThat(total[1]).isLessThan(total[0]);
            assertThat(total[2]).isLessThan(total[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noSolutionBeatsTheOptimalCodebook(boolean offset) {
        Random random = new Random(8);
        for (int bits = 1; bits <= 5; bits++) {
            float[] weights = weights(random, 300);
            float[] importance = importance(random, 300);

            double bound = OptimalCodebook.loss(weights, importance, 0, 300, 1 << bits);

            double loss =
                    solve(Method.ALTERNATING, bits, offset, weights, importance).loss();
            assertThat(loss).isGreaterThanOrEqualTo(bound * (1 - 1e-9));
            assertThat(loss).isLessThan(bound * 6);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GREEDY", "REFINED", "ALTERNATING"})
    void zeroGroup(Method method) {
        for (int bits = 1; bits <= 8; bits++) {
            Solution solution = solve(method, bits, true, new float[10], ones(10));
            assertThat(solution.coefficients()).containsOnly(0);
            assertThat(solution.offset()).isZero();
            assertThat(solution.loss()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GREEDY", "REFINED", "ALTERNATING"})
    void equalMagnitudesAreExact(Method method) {
        float[] weights = {0.3f, -0.3f, -0.3f, 0.3f, 0.3f};
        for (int bits = 1; bits <= 8; bits++) {
            assertThat(solve(method, bits, false, weights, ones(5)).loss()).isLessThan(1e-14);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GREEDY", "REFINED", "ALTERNATING"})
    void moreBitsThanWeights(Method method) {
        float[] weights = {1.5f, -0.25f};
        for (int bits = 3; bits <= 8; bits++) {
            Solution solution = solve(method, bits, true, weights, ones(2));
            assertThat(solution.loss()).isLessThan(method == Method.GREEDY ? 0.1 : 1e-12);
        }
    }

    @Test
    void oneWeightIsExact() {
        for (int bits = 1; bits <= 8; bits++) {
            Solution solution = solve(Method.ALTERNATING, bits, false, new float[] {-3}, ones(1));
            assertThat(solution.value(0)).isCloseTo(-3, within(1e-12));
        }
    }

    @Test
    void importanceOfZeroEverywhereCountsAsOne() {
        float[] weights = weights(new Random(3), 40);
        Solution solution = solve(Method.ALTERNATING, 3, true, weights, new float[40]);
        assertThat(solution)
                .usingRecursiveComparison()
                .isEqualTo(solve(Method.ALTERNATING, 3, true, weights, ones(40)));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MIN_VALUE, 1e-40f, 1e-30f, 1e30f, 1e38f})
    void extremeScales(float scale) {
        float[] weights = {scale, -scale, scale * 2, -scale * 3, 0, scale};
        for (int bits = 2; bits <= 8; bits++) {
            Solution solution = solve(Method.ALTERNATING, bits, true, weights, ones(6));
            for (int j = 0; j < weights.length; j++) {
                assertThat(solution.value(j)).isCloseTo(weights[j], within(scale * 0.8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesWhatIsNotANumber(float bad) {
        assertThatThrownBy(() -> solve(Method.ALTERNATING, 3, true, new float[] {0, bad}, ones(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight 1");
        assertThatThrownBy(() -> solve(Method.ALTERNATING, 3, true, new float[] {0, 1}, new float[] {1, bad}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("importance 1");
    }

    @Test
    void refusesOutputAware() {
        assertThatThrownBy(() -> new HeatMapSolver(Method.OUTPUT_AWARE, 3, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertFalling(double[] coefficients) {
        for (int i = 0; i < coefficients.length; i++) {
            assertThat(coefficients[i]).isBetween(0.0, i == 0 ? Double.MAX_VALUE : coefficients[i - 1]);
        }
    }

    private static Solution solve(Method method, int bits, boolean offset, float[] weights, float[] importance) {
        return new HeatMapSolver(method, bits, offset).solve(weights, importance, 0, weights.length);
    }

    private static float[] weights(Random random, int n) {
        float[] weights = new float[n];
        for (int j = 0; j < n; j++) {
            weights[j] = (float) random.nextGaussian(0.1, 1);
        }
        return weights;
    }

    private static float[] importance(Random random, int n) {
        float[] importance = new float[n];
        for (int j = 0; j < n; j++) {
            importance[j] = random.nextFloat() + 0.01f;
        }
        return importance;
    }

    private static float[] ones(int n) {
        float[] ones = new float[n];
        Arrays.fill(ones, 1);
        return ones;
    }
}
