package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both twins on random data, at sizes chosen to hit the tails. */
class KernelsTest {
    private final Kernels plain = new ScalarKernels();
    private final Kernels vector = new VectorKernels();
    private final Random random = new Random(7);

    static IntStream sizes() {
        return IntStream.of(
                0, 1, 2, 4, 6, 7, 8, 9, 13, 15, 16, 17, 25, 31, 32, 33, 63, 64, 65, 100, 191, 256, 1000, 4098);
    }

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Test
    void theVectorTwinIsTheOneThatRuns() {
        assertThat(KernelChoice.kernels()).isInstanceOf(VectorKernels.class);
        assertThat(KernelChoice.scalar().name()).isEqualTo("scalar");
    }

    @Test
    void panelsCoverAllRows() {
        for (Kernels kernels : new Kernels[] {plain, vector}) {
            for (int rows = 1; rows < 100; rows++) {
                int covered = 0;
                while (covered < rows) {
                    int panel = kernels.panelRows(rows - covered);
                    assertThat(panel).isBetween(1, Kernels.PANEL_ROWS);
                    covered += panel;
                }
                assertThat(covered - rows).isLessThan(4);
            }
        }
    }

    @Test
    void columnTilesCoverAllColumns() {
        for (Kernels kernels : new Kernels[] {plain, vector}) {
            for (int columns = 1; columns < 300; columns++) {
                int covered = 0;
                while (covered < columns) {
                    int tile = kernels.columnRows(columns - covered);
                    assertThat(tile).isBetween(1, Kernels.PANEL_ROWS + 1);
                    covered += tile;
                }
                assertThat(covered - columns).isLessThan(4);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void elementwise(int n) {
        float[] a = values(n + 3);
        float[] b = values(n + 5);
        float[][] results = new float[2][];
        float[][] sums = new float[2][];
        float[][] products = new float[2][];
        float[][] leaky = new float[2][];
        float[][] scaled = new float[2][];
        float[][] largest = new float[2][];
        float[] holes = a.clone();
        Arrays.fill(holes, 0, Math.min(2, holes.length), Float.NaN);
        for (int i = 0; i < 2; i++) {
            Kernels kernels = i == 0 ? plain : vector;
            results[i] = new float[n + 2];
            kernels.affineClip(a, 1, results[i], 2, n, 1.5f, -0.25f, -0.5f, 1);
            sums[i] = new float[n + 1];
            kernels.add(a, 2, b, 1, sums[i], 1, n);
            products[i] = new float[n];
            kernels.multiply(a, 2, b, 1, products[i], 0, n);
            leaky[i] = new float[n];
            kernels.leakyRelu(a, 0, leaky[i], 0, n, 0.1f);
            scaled[i] = a.clone();
            kernels.addScaled(0.7f, b, 3, scaled[i], 1, n);
            largest[i] = b.clone();
            kernels.maximum(holes, 1, largest[i], 2, n);
        }
        assertClose(results[1], results[0], 1e-6);
        assertThat(sums[1]).isEqualTo(sums[0]);
        assertThat(products[1]).isEqualTo(products[0]);
        assertThat(leaky[1]).isEqualTo(leaky[0]);
        assertClose(scaled[1], scaled[0], 1e-6);
        assertThat(largest[1]).isEqualTo(largest[0]);
        assertThat(largest[0]).doesNotContain(Float.NaN);
    }

    @Test
    void clippingKeepsNaN() {
        float[] x = new float[40];
        x[3] = Float.NaN;
        x[37] = Float.NaN;
        for (Kernels kernels : new Kernels[] {plain, vector}) {
            float[] y = new float[40];
            kernels.affineClip(x, 0, y, 0, 40, 1, 0, 0, 6);
            assertThat(y[3]).isNaN();
            assertThat(y[37]).isNaN();
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void sums(int n) {
        float[] x = values(n + 4);
        assertThat(vector.sum(x, 3, n)).isCloseTo(plain.sum(x, 3, n), within(1e-5 * (1 + n)));
        assertThat(vector.squaredDeviations(x, 3, n, 0.3f))
                .isCloseTo(plain.squaredDeviations(x, 3, n, 0.3f), within(1e-5 * (1 + n)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void dots(int depth) {
        int rows = 7;
        float[] w = values(rows * depth + 2);
        float[] x = values(depth + 1);
        float[] expected = new float[rows + 1];
        float[] actual = new float[rows + 1];
        plain.dots(rows, depth, w, 2, x, 1, expected, 1);
        vector.dots(rows, depth, w, 2, x, 1, actual, 1);
        assertClose(actual, expected, 1e-5 * (1 + Math.sqrt(depth)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everySecond(int n) {
        // The last element that is read is the array's last.
        float[] x = values(Math.max(0, 2 * n - 1) + 3);
        float[] expected = new float[n + 2];
        float[] actual = new float[n + 2];
        plain.everySecond(x, 3, expected, 2, n);
        vector.everySecond(x, 3, actual, 2, n);
        assertThat(actual).isEqualTo(expected);
        for (int i = 0; i < n; i++) {
            assertThat(expected[2 + i]).isEqualTo(x[3 + 2 * i]);
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void interleave(int n) {
        float[] x = values(2 * n + 5);
        float[] expected = new float[2 * n + 3];
        float[] actual = new float[2 * n + 3];
        plain.interleave(x, 1, n + 4, expected, 2, n);
        vector.interleave(x, 1, n + 4, actual, 2, n);
        assertThat(actual).isEqualTo(expected);
        for (int i = 0; i < 2 * n; i++) {
            assertThat(expected[2 + i]).isEqualTo(x[i % 2 == 0 ? 1 + i / 2 : n + 4 + i / 2]);
        }
    }

    @Test
    void multiply() {
        for (int rows : new int[] {12, 8, 5, 4, 1}) {
            for (int depth : new int[] {1, 2, 63, 64, 65, Kernels.PANEL_DEPTH}) {
                for (int columns : new int[] {1, 31, 32, 33, 70}) {
                    int stride = Math.ceilDiv(columns, Kernels.COLUMNS) * Kernels.COLUMNS;
                    float[] a = values(rows * Kernels.PANEL_DEPTH + 5);
                    float[] b = values(3 * depth + 2 * stride + 9);
                    int[] offsets = random.ints(depth + 2, 0, 3 * depth).toArray();
                    float[] start = values(rows * stride + 3);
                    float[] expected = start.clone();
                    float[] actual = start.clone();
                    boolean goOn = (depth + columns) % 2 == 0;
                    plain.multiply(rows, depth, a, 5, b, offsets, 2, 4, columns, goOn, expected, 3, stride);
                    vector.multiply(rows, depth, a, 5, b, offsets, 2, 4, columns, goOn, actual, 3, stride);
                    for (int r = 0; r < rows; r++) {
                        for (int n = 0; n < columns; n++) {
                            int at = 3 + r * stride + n;
                            assertThat(actual[at]).isCloseTo(expected[at], within(1e-4f));
                        }
                    }
                }
            }
        }
    }

    @Test
    void multiplyFilters() {
        for (int rows : new int[] {13, 12, 8, 5, 4, 1}) {
            for (int depth : new int[] {1, 2, 63, 64, 65, Kernels.PANEL_DEPTH}) {
                float[] x = values(3 * depth + 30);
                int[] offsets = random.ints(depth + 2, 0, 3 * depth).toArray();
                float[] w = values((depth + 1) * Kernels.COLUMNS);
                float[] start = values(rows * Kernels.COLUMNS + 3);
                float[] expected = start.clone();
                float[] actual = start.clone();
                for (boolean goOn : new boolean[] {false, true}) {
                    plain.multiplyFilters(rows, depth, x, offsets, 2, 4, w, 7, goOn, expected, 3);
                    vector.multiplyFilters(rows, depth, x, offsets, 2, 4, w, 7, goOn, actual, 3);
                    assertClose(actual, expected, 1e-4);
                }
            }
        }
    }

    @Test
    void transpose() {
        for (int rows : new int[] {1, 7, 16, 33}) {
            for (int columns : new int[] {1, 10, 16, 31, 32}) {
                int to = Math.ceilDiv(rows, 16) * 16 * Kernels.COLUMNS + 2;
                float[] x = values(to + Kernels.COLUMNS * 48);
                float[] other = x.clone();
                plain.transpose(x, 1, rows, columns, to, 48);
                vector.transpose(other, 1, rows, columns, to, 48);
                for (int f = 0; f < columns; f++) {
                    for (int r = 0; r < rows; r++) {
                        assertThat(x[to + f * 48 + r]).isEqualTo(x[1 + r * Kernels.COLUMNS + f]);
                        assertThat(other[to + f * 48 + r]).isEqualTo(x[to + f * 48 + r]);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void decode(int n) {
        byte[] planes = new byte[4 * n + 40];
        random.nextBytes(planes);
        for (int count = 1; count <= 4; count++) {
            for (float base : new float[] {-0.5f, Float.NaN}) {
                for (int place : new int[] {0, 5, 64}) {
                    float[] start = values(3 * (n + 200));
                    float[] expected = start.clone();
                    float[] actual = start.clone();
                    plain.decode(planes, 3, n + 1, count, base, 4, 2, 1, 0.5f, expected, 1, place, n, 192);
                    vector.decode(planes, 3, n + 1, count, base, 4, 2, 1, 0.5f, actual, 1, place, n, 192);
                    assertClose(actual, expected, 1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void signedSum(int n) {
        byte[] planes = new byte[n + 20];
        random.nextBytes(planes);
        float[] x = values(n + 2);
        for (int bit = 0; bit < 9; bit++) {
            assertThat(vector.signedSum(planes, bit, x, 2, n))
                    .isCloseTo(plain.signedSum(planes, bit, x, 2, n), within(1e-5f * (1 + n)));
        }
    }
}
