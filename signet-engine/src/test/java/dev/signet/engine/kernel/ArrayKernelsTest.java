package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both twins: the plain one against the definition, the other against the plain one, where tails of all lengths are. */
class ArrayKernelsTest {
    private final Random random = new Random(5);
    private final ArrayKernels plain = new ScalarArrays();
    private final ArrayKernels vector = new VectorArrays();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 8, 15, 16, 17, 31, 33, 64, 100, 129, 300})
    void elementsArePicked(int n) {
        float[] x = values(50);
        int[] index = random.ints(n + 2, 0, 40).toArray();
        float[] expected = new float[n + 5];
        float[] actual = new float[n + 5];
        plain.gather(x, 7, index, 2, expected, 3, n);
        vector.gather(x, 7, index, 2, actual, 3, n);
        assertThat(actual).isEqualTo(expected);
        for (int i = 0; i < n; i++) {
            assertThat(expected[3 + i]).isEqualTo(x[7 + index[2 + i]]);
        }
        assertThat(actual[n + 3]).as("what follows is not written to").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 15, 16, 17, 33, 100, 129})
    void sumsOfPickedElements(int n) {
        float[] x = values(50);
        int taps = 1 + n % 4;
        int[] index = random.ints((long) n * taps, 0, 40).toArray();
        float[] weights = values(n * taps);
        float[] expected = new float[n + 5];
        float[] actual = new float[n + 5];
        plain.gatherSums(taps, x, 7, index, weights, expected, 3, n);
        vector.gatherSums(taps, x, 7, index, weights, actual, 3, n);
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int t = 0; t < taps; t++) {
                sum += (double) weights[t * n + i] * x[7 + index[t * n + i]];
            }
            assertThat((double) expected[3 + i]).isCloseTo(sum, within(1e-5));
            assertThat((double) actual[3 + i]).isCloseTo(sum, within(1e-5));
        }
        assertThat(actual[n + 3]).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 15, 16, 17, 64, 127, 128, 129, 300})
    void aVectorTimesColumns(int n) {
        int depth = 37;
        int stride = n + 3;
        float[] x = values(depth);
        float[] w = values(2 + depth * stride);
        float[] expected = new float[n + 5];
        float[] actual = new float[n + 5];
        plain.combine(depth, x, w, 2, stride, expected, 3, n);
        vector.combine(depth, x, w, 2, stride, actual, 3, n);
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int k = 0; k < depth; k++) {
                sum += (double) x[k] * w[2 + k * stride + i];
            }
            assertThat((double) expected[3 + i]).isCloseTo(sum, within(1e-4));
            assertThat((double) actual[3 + i]).isCloseTo(sum, within(1e-4));
        }
        assertThat(actual[n + 3]).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 33, 100})
    void differencesAndQuotients(int n) {
        float[] a = values(n + 2);
        float[] b = values(n + 1);
        float[] differences = new float[n + 5];
        float[] quotients = new float[n + 5];
        vector.subtract(a, 2, b, 1, differences, 3, n);
        vector.divide(a, 2, b, 1, quotients, 3, n);
        float[] plainly = new float[n + 5];
        plain.subtract(a, 2, b, 1, plainly, 3, n);
        assertThat(differences).isEqualTo(plainly);
        plain.divide(a, 2, b, 1, plainly, 3, n);
        assertThat(quotients).isEqualTo(plainly);
        for (int i = 0; i < n; i++) {
            assertThat(differences[3 + i]).isEqualTo(a[2 + i] - b[1 + i]);
            assertThat(quotients[3 + i]).isEqualTo(a[2 + i] / b[1 + i]);
        }
    }

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
