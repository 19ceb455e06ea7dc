package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The twins of the Winograd transforms agree, and the algorithm is the sum over taps. */
class TileTransformsTest {
    private static final int WIDTH = Kernels.COLUMNS;

    private final TileTransforms vector = new VectorTransforms();
    private final TileTransforms plain = new ScalarTransforms();
    private final Random random = new Random(7);

    private float[] noise(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static void assertSame(float[] actual, float[] expected, int from, int n, double tolerance) {
        for (int i = from; i < from + n; i++) {
            assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 80})
    void rowsAreTakenApartAndPutTogether(int count) {
        for (int step : new int[] {2, 4}) {
            float[] row = noise(step * count + WIDTH);
            float[] parts = new float[step * count + WIDTH];
            float[] expected = new float[parts.length];
            float[] back = new float[step * count + 3 * WIDTH];

            vector.split(step, row, 3, count, parts, 0, count);
            plain.split(step, row, 3, count, expected, 0, count);
            assertThat(parts).isEqualTo(expected);
            vector.merge(step, parts, 0, count, count, back, 5);

            for (int i = 0; i < step * count; i++) {
                assertThat(back[5 + i]).isEqualTo(row[3 + i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void inputsBecomePoints(WinogradTile tile) {
        int m = tile.outputs();
        for (int tiles : new int[] {1, 2, 7, 15, 16, 17, 31, 33, 47}) {
            int stride = (tiles + 16) / 16 * 16;
            float[] x = noise((m + 2) * m * stride + 2 * WIDTH);
            float[] scratch = new float[x.length];
            int yStride = tiles + 19;
            float[] actual = new float[tile.points() * yStride + 2 * WIDTH];
            float[] expected = new float[actual.length];

            vector.input(tile, tiles, x, 1, stride, scratch, 2, actual, 3, yStride);
            plain.input(tile, tiles, x, 1, stride, scratch, 2, expected, 3, yStride);

            for (int p = 0; p < tile.points(); p++) {
                assertSame(actual, expected, 3 + p * yStride, tiles, 3e-5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void pointsBecomeOutputs(WinogradTile tile) {
        int m = tile.outputs();
        float[] x = noise(tile.points() * (WIDTH + 8) + WIDTH);
        float[] scratch = new float[m * (m + 2) * WIDTH + WIDTH];
        float[] actual = new float[m * m * (WIDTH + 5) + WIDTH];
        float[] expected = new float[actual.length];

        vector.output(tile, x, 2, WIDTH + 8, scratch, 1, actual, 4, m * (WIDTH + 5), WIDTH + 5);
        plain.output(tile, x, 2, WIDTH + 8, scratch, 1, expected, 4, m * (WIDTH + 5), WIDTH + 5);

        for (int i = 0; i < m * m; i++) {
            assertSame(actual, expected, 4 + i * (WIDTH + 5), WIDTH, 1e-4);
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void windowsBecomePoints(WinogradTile tile) {
        float[] x = noise(9 * WIDTH + WIDTH);
        int stride = WIDTH + 16;
        float[] actual = new float[tile.points() * stride + WIDTH];
        float[] expected = new float[actual.length];

        vector.weights(tile, x, 2, actual, 3, stride);
        plain.weights(tile, x, 2, expected, 3, stride);

        for (int p = 0; p < tile.points(); p++) {
            assertSame(actual, expected, 3 + p * stride, WIDTH, 1e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8})
    void signsBecomeTaps(int planes) {
        int[] words = random.ints(planes * WIDTH + 5).toArray();
        float[] levels = noise((planes + 1) * WIDTH);
        for (int shift : new int[] {0, 9, 18}) {
            float[] actual = new float[9 * WIDTH + 7];
            float[] expected = new float[actual.length];

            vector.taps(words, 5, shift, planes, levels, actual, 7);
            plain.taps(words, 5, shift, planes, levels, expected, 7);

            assertThat(actual).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void linesBecomeStrips(int strips) {
        int stride = strips * WIDTH + 16;
        float[] x = noise(16 * stride + WIDTH);
        float[] actual = new float[16 * 50 * strips + 16 * 50 * WIDTH];
        float[] expected = new float[actual.length];

        vector.strips(16, strips, x, 2, stride, actual, 3, 50, 16 * 50);
        plain.strips(16, strips, x, 2, stride, expected, 3, 50, 16 * 50);

        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void isTheSumOverTaps(WinogradTile tile) {
        int m = tile.outputs();
        int size = tile.inputs();
        int stride = 16;
        float[] split = noise(size * m * stride);
        float[] window = noise(9 * WIDTH);
        float[] scratch = new float[4096];
        float[] points = new float[tile.points() * WIDTH];
        float[] weights = new float[points.length];
        float[] outputs = new float[m * m * WIDTH];

        plain.input(tile, 1, split, 0, stride, scratch, 0, points, 0, WIDTH);
        plain.weights(tile, window, 0, weights, 0, WIDTH);
        for (int p = 0; p < tile.points(); p++) {
            points[p * WIDTH] *= weights[p * WIDTH];
        }
        plain.output(tile, points, 0, WIDTH, scratch, 0, outputs, 0, m * WIDTH, WIDTH);

        for (int r = 0; r < m; r++) {
            for (int q = 0; q < m; q++) {
                double sum = 0;
                for (int t = 0; t < 9; t++) {
                    int row = r + t / 3;
                    int column = q + t % 3;
                    sum += window[t * WIDTH] * split[(row * m + column % m) * stride + column / m];
                }
                assertThat((double) outputs[(r * m + q) * WIDTH]).isCloseTo(sum, within(2e-5));
            }
        }
    }
}
