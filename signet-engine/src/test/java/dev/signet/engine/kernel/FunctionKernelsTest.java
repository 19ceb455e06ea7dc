package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of vectors against the library's. */
class FunctionKernelsTest {
    private final FunctionKernels vector = new VectorFunctions();
    private final FunctionKernels plain = new ScalarFunctions();

    /** One of the functions on arrays. */
    private interface OnArrays {
        void apply(float[] x, int xOffset, float[] y, int yOffset, int n);
    }

    private static void compare(OnArrays function, DoubleUnaryOperator expected, double from, double to, double slack) {
        int n = 10_007;
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (from + (to - from) * i / (n - 1));
        }
        float[] y = new float[n];
        function.apply(x, 0, y, 0, n);
        for (int i = 0; i < n; i++) {
            double right = expected.applyAsDouble(x[i]);
            assertThat((double) y[i]).as("of %s", x[i]).isCloseTo(right, within(2e-6 * Math.abs(right) + slack));
        }
    }

    @Test
    void valuesAreThoseOfTheLibrary() {
        for (FunctionKernels kernels : new FunctionKernels[] {plain, vector}) {
            compare(kernels::exp, Math::exp, -86, 88.7, 0);
            compare(kernels::sigmoid, x -> 1 / (1 + Math.exp(-x)), -100, 100, 2.5e-7);
            compare(kernels::tanh, Math::tanh, -12, 12, 0);
            compare(kernels::tanh, Math::tanh, -1e-3, 1e-3, 0);
        }
    }

    @Test
    void errorFunctionsAgree() {
        float[] x = new float[2001];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 1000) / 200f;
        }
        float[] a = new float[x.length];
        float[] b = new float[x.length];
        plain.erf(x, 0, a, 0, x.length);
        vector.erf(x, 0, b, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            assertThat(b[i]).as("of %s", x[i]).isCloseTo(a[i], within(5e-7f));
        }
        // Abramowitz and Stegun, table 7.1.
        assertThat((double) a[1200]).isCloseTo(0.8427007929, within(1e-7));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 40})
    void endsAreWhatTheyShouldBeInAllLanes(int n) {
        float[] ends = {Float.NEGATIVE_INFINITY, -1000, 0, 1000, Float.POSITIVE_INFINITY, Float.NaN};
        float[] exp = {0, 0, 1, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};
        float[] tanh = {-1, -1, 0, 1, 1, Float.NaN};
        for (int e = 0; e < ends.length; e++) {
            for (FunctionKernels kernels : new FunctionKernels[] {plain, vector}) {
                float[] x = new float[n + 2];
                Arrays.fill(x, ends[e]);
                float[] y = new float[n + 2];
                kernels.exp(x, 1, y, 1, n);
                assertThat(y[n]).as("exp %s", ends[e]).isEqualTo(Float.valueOf(exp[e]));
                kernels.tanh(x, 1, y, 1, n);
                assertThat(y[n]).as("tanh %s", ends[e]).isEqualTo(Float.valueOf(tanh[e]));
                assertThat(y[0]).isZero();
                assertThat(y[n + 1]).isZero();
            }
        }
    }
}
