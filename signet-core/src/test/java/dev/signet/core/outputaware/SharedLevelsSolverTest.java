package dev.signet.core.outputaware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.WeightSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedLevelsSolverTest {
    private static final ForkJoinPool POOL = new ForkJoinPool(2);

    @AfterAll
    static void close() {
        POOL.close();
    }

    /** Filters of different sizes, as depthwise layers have them. */
    private static WeightMatrix matrix(Random random, int filters, int inputs) {
        float[] values = new float[filters * inputs];
        for (int f = 0; f < filters; f++) {
            double size = Math.pow(10, 2 * random.nextDouble() - 2);
            for (int j = 0; j < inputs; j++) {
                values[f * inputs + j] = (float) (size * random.nextGaussian());
            }
        }
        return new WeightMatrix(filters, inputs, inputs, values);
    }

    private static List<GramMatrix> grams(Random random, int count, int inputs) {
        List<GramMatrix> grams = new ArrayList<>();
        for (int g = 0; g < count; g++) {
            double[] h = new double[inputs * inputs];
            for (int sample = 0; sample < 3 * inputs; sample++) {
                double common = random.nextGaussian();
                double[] x = random.doubles(inputs).map(u -> u - 0.5 + common).toArray();
                for (int i = 0; i < inputs * inputs; i++) {
                    h[i] += x[i / inputs] * x[i % inputs];
                }
            }
            grams.add(GramMatrix.of(inputs, h));
        }
        return grams;
    }

    private static double[] losses(WeightMatrix matrix, List<GramMatrix> grams, MultiBitWeight weight) {
        int n = matrix.inputs();
        float[] q = weight.dequantize();
        double[] losses = new double[matrix.filters()];
        for (int f = 0; f < losses.length; f++) {
            float[] h = grams.get(f / (losses.length / grams.size())).values();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double left = (double) q[f * n + i] - matrix.values()[f * n + i];
                    double right = (double) q[f * n + j] - matrix.values()[f * n + j];
                    losses[f] += left * h[i * n + j] * right;
                }
            }
        }
        return losses;
    }

    @ParameterizedTest
    @CsvSource({"2, 9, 32", "3, 9, 32", "4, 9, 32", "4, 27, 1", "5, 16, 2", "6, 9, 1"})
    void eachBitMoreTakesAwayMostOfTheLossAndReportsAreTrue(int bits, int inputs, int groups) {
        Random random = new Random(bits);
        WeightMatrix matrix = matrix(random, 32, inputs);
        List<GramMatrix> grams = grams(random, groups, inputs);

        OutputAwareSolver.Result fewer = new SharedLevelsSolver(bits - 1, true).solve(matrix, grams, POOL);
        OutputAwareSolver.Result result = new SharedLevelsSolver(bits, true).solve(matrix, grams, POOL);

        double[] losses = losses(matrix, grams, result.weight());
        double all = Arrays.stream(losses).sum();
        assertThat(all)
                .isLessThan(0.5
                        * Arrays.stream(losses(matrix, grams, fewer.weight())).sum());
        assertThat(Arrays.stream(result.losses()).sum()).isCloseTo(all, within(1e-3 * all));
    }

    @Test
    void eachFilterHasItsOwnSizeAndZerosStayZeros() {
        Random random = new Random(3);
        WeightMatrix matrix = matrix(random, 16, 9);
        Arrays.fill(matrix.values(), 9, 18, 0);
        List<GramMatrix> grams = grams(random, 16, 9);

        MultiBitWeight weight =
                new SharedLevelsSolver(4, true).solve(matrix, grams, POOL).weight();

        double[] zeros = new double[16];
        double[] losses = losses(matrix, grams, weight);
        MultiBitWeight nothing = new SharedLevelsSolver(4, true)
                .solve(new WeightMatrix(16, 9, 9, new float[144]), grams, POOL)
                .weight();
        for (float w : nothing.dequantize()) {
            assertThat(w).isZero();
        }
        double[] energy = losses(matrix, grams, nothing);
        for (int f = 0; f < zeros.length; f++) {
            assertThat(losses[f]).isLessThanOrEqualTo(0.03 * energy[f]);
        }
    }

    @Test
    void takesTheBytesThatAreReckonedWith() {
        Random random = new Random(5);
        WeightMatrix matrix = matrix(random, 24, 9);
        Grouping grouping = new Grouping.Auto().chosen(4, 9);

        MultiBitWeight weight = new SharedLevelsSolver(4, true)
                .solve(matrix, grams(random, 24, 9), POOL)
                .weight();

        assertThat(grouping).isEqualTo(new Grouping.Shared());
        assertThat(weight.packedBytes())
                .isEqualTo(24 * 9 / 2 + 2 * (24 + 5))
                .isEqualTo(WeightSize.of(
                                grouping, grouping.layout(matrix), 4, MultiBitWeight.CoefficientType.FLOAT16, true)
                        .bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 16, 27, 64, 150, 4000})
    void autoNeverTakesMoreThanInt8WithAFactorForEachFilter(int inputs) {
        for (int bits = 1; bits <= 8; bits++) {
            Grouping grouping = new Grouping.Auto().chosen(bits, inputs);
            var layout = grouping.layout(64, inputs, 1);
            long bytes = WeightSize.of(grouping, layout, bits, MultiBitWeight.CoefficientType.FLOAT16, true)
                    .bytes();
            // Levels on a line are 18 bytes for a whole tensor.
            assertThat(bytes).isLessThanOrEqualTo(64L * inputs + 64 * 2 + 18);
        }
    }

    @Test
    void saysWhichWeightIsNoNumber() {
        float[] values = new float[18];
        values[11] = Float.NaN;
        assertThatThrownBy(() -> new SharedLevelsSolver(2, true)
                        .solve(new WeightMatrix(2, 9, 9, values), grams(new Random(1), 1, 9), POOL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11");
    }
}
