package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both twins: the plain one against the definition, the other against the plain one. */
class WindowKernelsTest {
    private final Random random = new Random(3);

    @ParameterizedTest
    @CsvSource({
        "1, 1, 3, 1",
        "2, 3, 3, 1",
        "7, 7, 3, 1",
        "7, 7, 5, 1",
        "14, 14, 3, 2",
        "16, 5, 3, 1",
        "17, 9, 5, 2",
        "33, 12, 7, 1",
        "64, 20, 3, 1",
        "65, 31, 3, 1",
        "80, 3, 5, 1",
        "40, 40, 1, 1",
        "3, 40, 4, 1"
    })
    void bothTwinsSumOverTheWindow(int width, int height, int side, int dilation) {
        int[] shifts = new int[side];
        for (int i = 0; i < side; i++) {
            shifts[i] = (i - side / 2) * dilation;
        }
        var window = new ShiftedWindow(width, height, shifts, shifts);
        int channels = 3;
        float[] x = values(channels * width * height + Kernels.COLUMNS);
        // Nothing that lies beside the image may be seen.
        Arrays.fill(x, channels * width * height, x.length, Float.NaN);
        float[] weights = values(side * side);
        for (int c = 0; c < channels; c++) {
            int from = c * width * height;
            float[] plain = new float[x.length];
            float[] vector = new float[x.length];
            new ScalarWindows().slide(window, weights, 0, x, from, plain, from, 0.5f, -1, 2);
            new VectorWindows().slide(window, weights, 0, x, from, vector, from, 0.5f, -1, 2);
            for (int n = 0; n < width * height; n++) {
                double expected = Math.clamp(0.5 + sum(x, from, width, height, n, shifts, weights), -1, 2);
                assertThat((double) plain[from + n]).isCloseTo(expected, within(1e-4));
                assertThat((double) vector[from + n]).isCloseTo(expected, within(1e-4));
            }
            assertThat(vector[from + width * height])
                    .as("what follows is not written to")
                    .isZero();
            int start = random.nextInt(width * height + 1);
            int end = start + random.nextInt(width * height - start + 1);
            float[] some = new float[x.length];
            new VectorWindows().slide(window, start, end, weights, 0, x, from, some, from, 0.5f, -1, 2);
            for (int n = 0; n < width * height; n++) {
                double expected = n < start || n >= end ? 0 : plain[from + n];
                assertThat((double) some[from + n]).as("pixel %s", n).isCloseTo(expected, within(1e-4));
            }
        }
    }

    private static double sum(float[] x, int from, int width, int height, int n, int[] shifts, float[] weights) {
        double sum = 0;
        for (int c = 0; c < shifts.length; c++) {
            for (int r = 0; r < shifts.length; r++) {
                int column = n % width + shifts[c];
                int row = n / width + shifts[r];
                if (column >= 0 && column < width && row >= 0 && row < height) {
                    sum += (double) weights[c * shifts.length + r] * x[from + row * width + column];
                }
            }
        }
        return sum;
    }

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
