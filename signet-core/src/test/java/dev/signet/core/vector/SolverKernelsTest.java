package dev.signet.core.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both twins on random data, at sizes that hit whole vectors, tails, and the blocks of fp32 partial sums. */
class SolverKernelsTest {
    private final SolverKernels scalar = new ScalarKernels();
    private final SolverKernels vector = new VectorKernels();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 6, 8, 9, 13, 16, 17, 25, 31, 32, 64, 65, 100, 207, 1023, 1024, 1030, 2304, 4098})
    void sumsAboveAgree(int length) {
        Random random = new Random(length);
        for (int count : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 11, 15, 31}) {
            float[] weights = floats(random, length);
            float[] importance = new float[length];
            float[] products = new float[length];
            for (int i = 0; i < length; i++) {
                importance[i] = random.nextFloat() * 2;
                products[i] = importance[i] * weights[i];
            }
            float[] thresholds = thresholds(random, count, weights);
            double[][] sums = new double[4][count + 1];

            scalar.sumsAbove(weights, importance, products, length, thresholds, sums[0], sums[1]);
            vector.sumsAbove(weights, importance, products, length, thresholds, sums[2], sums[3]);

            double tolerance = 1e-6 * (length + 1);
            assertThat(sums[2]).containsExactly(sums[0], within(tolerance));
            assertThat(sums[3]).containsExactly(sums[1], within(tolerance));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 6, 8, 9, 13, 16, 17, 25, 31, 32, 64, 65, 100, 207, 1023, 1024, 1030, 2304, 4098})
    void assignedCodesAreEqual(int length) {
        Random random = new Random(length);
        for (int bits = 1; bits <= 8; bits++) {
            float[] weights = floats(random, length);
            float[] thresholds = thresholds(random, (1 << bits) - 1, weights);
            byte[] codes = new byte[1 << bits];
            random.nextBytes(codes);
            byte[] expected = new byte[length];
            byte[] actual = new byte[length];

            scalar.assign(weights, length, thresholds, codes, expected);
            vector.assign(weights, length, thresholds, codes, actual);

            assertThat(actual).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 70, 129, 200, 261})
    void productsAgree(int columns) {
        Random random = new Random(columns);
        for (int rows : new int[] {1, 3, 4, 5, 9}) {
            for (int depth : new int[] {1, 6, 64}) {
                Tile x = new Tile(floats(random, rows * (depth + 3) + 5), 5, depth + 3);
                Tile matrix = new Tile(floats(random, depth * (columns + 2) + 1), 1, columns + 2);
                float[] expected = floats(random, rows * (columns + 4) + 2);
                float[] actual = expected.clone();

                scalar.multiplyAdd(x, matrix, new Tile(expected, 2, columns + 4), rows, depth, columns);
                vector.multiplyAdd(x, matrix, new Tile(actual, 2, columns + 4), rows, depth, columns);

                assertThat(actual).containsExactly(expected, within(1e-5f * depth));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 6, 8, 9, 13, 16, 17, 25, 31, 32, 64, 65, 100, 207, 1023, 1024, 1030, 2304, 4098})
    void rowOperationsAgree(int length) {
        Random random = new Random(length);
        float[] x = floats(random, length + 7);
        float[] expected = floats(random, length + 9);
        float[] actual = expected.clone();

        assertThat(vector.dot(x, 3, expected, 2, length))
                .isCloseTo(scalar.dot(x, 3, expected, 2, length), within(1e-6 * (length + 1)));

        scalar.addScaled(0.7f, x, 3, expected, 2, length);
        vector.addScaled(0.7f, x, 3, actual, 2, length);
        assertThat(actual).containsExactly(expected, within(1e-6f));
    }

    @Test
    void weightOnThresholdStaysBelow() {
        float[] weights = new float[33];
        Arrays.fill(weights, 0.5f);
        for (SolverKernels kernels : new SolverKernels[] {scalar, vector}) {
            byte[] assigned = new byte[33];
            kernels.assign(weights, 33, new float[] {0.5f}, new byte[] {1, 2}, assigned);
            assertThat(assigned).containsOnly(1);
        }
    }

    @Test
    void vectorKernelsAreChosenWhereTheModuleIs() {
        assertThat(Vectorization.kernels().name()).isEqualTo("vector");
        assertThat(Vectorization.scalar().name()).isEqualTo("scalar");
    }

    private static float[] floats(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Rising thresholds, some of which are weights themselves. */
    private static float[] thresholds(Random random, int count, float[] weights) {
        float[] thresholds = floats(random, count);
        for (int k = 0; k < count && weights.length > 0; k += 2) {
            thresholds[k] = weights[random.nextInt(weights.length)];
        }
        Arrays.sort(thresholds);
        return thresholds;
    }
}
