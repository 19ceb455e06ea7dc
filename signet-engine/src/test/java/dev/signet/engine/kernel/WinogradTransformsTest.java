package dev.signet.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The twins of the Winograd transforms agree, and the algorithm is the sum over taps. */
class WinogradTransformsTest {
    private static final int WIDTH = Kernels.COLUMNS;

    private final WinogradTransforms vector = new VectorTransforms();
    private final WinogradTransforms plain = new ScalarTransforms();
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
    void rowsAreTakenApart(int count) {
        for (int step : new int[] {2, 4}) {
            float[] row = noise(step * count + WIDTH);
            float[] parts = new float[step * count + WIDTH];

            vector.split(step, row, 3, count, parts, 2, count);

            for (int t = 0; t < count; t++) {
                for (int p = 0; p < step; p++) {
                    assertThat(parts[2 + p * count + t]).isEqualTo(row[3 + step * t + p]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void inputsBecomePoints(WinogradTile tile) {
        for (int count : new int[] {1, 2, 15, 16, 17, 31, 32, 70}) {
            int stride = count + 3;
            int yStride = count + 19;
            float[] x = noise(tile.inputs() * stride + 2 * WIDTH);
            float[] actual = new float[tile.inputs() * yStride + 2 * WIDTH];
            float[] expected = new float[actual.length];

            vector.points(tile, count, x, 1, stride, actual, 3, yStride);
            plain.points(tile, count, x, 1, stride, expected, 3, yStride);

            for (int p = 0; p < tile.inputs(); p++) {
                assertSame(actual, expected, 3 + p * yStride, count, 1e-5);
            }
        }
    }

    @Test
    void pixelsBecomePointsOfTheirTiles() {
        int yStride = 21;
        float[] x = noise(83);
        for (WinogradTransforms twin : new WinogradTransforms[] {vector, plain}) {
            float[] actual = new float[6 * yStride + WIDTH];
            float[] expected = new float[actual.length];
            twin.pixelPoints(x, 3, actual, 2, yStride);
            for (int t = 0; t < 16; t++) {
                plain.points(WinogradTile.FOUR, 1, x, 3 + 4 * t, 1, expected, 2 + t, yStride);
            }
            for (int p = 0; p < 6; p++) {
                assertSame(actual, expected, 2 + p * yStride, 16, 1e-5);
            }
        }
    }

    @Test
    void squaresAreTurnedRound() {
        float[] x = noise(16 * 21 + 2);
        for (WinogradTransforms twin : new WinogradTransforms[] {vector, plain}) {
            float[] y = new float[16 * 18 + 5];
            twin.square(x, 2, 21, y, 5, 18);
            for (int i = 0; i < 16; i++) {
                for (int j = 0; j < 16; j++) {
                    assertThat(y[5 + j * 18 + i]).isEqualTo(x[2 + i * 21 + j]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void pointsBecomeOutputs(WinogradTile tile) {
        int m = tile.outputs();
        float[] x = noise(tile.points() * (WIDTH + 8) + WIDTH);
        float[] scratch = new float[m * tile.inputs() * WIDTH + WIDTH];
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
    void pointsBecomePixels(WinogradTile tile) {
        int m = tile.outputs();
        float[] x = noise(tile.points() * (WIDTH + 8) + WIDTH);
        // Every output of its tile is made of this point.
        x[2 + (tile.inputs() + 1) * (WIDTH + 8) + 5] = Float.NaN;
        float[] scratch = new float[m * tile.inputs() * WIDTH + WIDTH];
        for (int tiles : new int[] {16, 32}) {
            int row = tiles * m + 3;
            float[] actual = new float[m * row + WIDTH];
            float[] expected = actual.clone();

            vector.pixels(tile, tiles, x, 2, WIDTH + 8, scratch, 1, 1.5f, -0.5f, -2, 7, actual, 4, row);
            plain.pixels(tile, tiles, x, 2, WIDTH + 8, scratch, 1, 1.5f, -0.5f, -2, 7, expected, 4, row);

            assertThat(expected).contains(Float.NaN, -2, 7);
            for (int i = 0; i < actual.length; i++) {
                if (Float.isNaN(expected[i])) {
                    assertThat(actual[i]).isNaN();
                } else {
                    // Of what lies between the rows nothing is written.
                    assertSame(actual, expected, i, 1, 2e-4);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void windowsBecomePoints(WinogradTile tile) {
        float[] x = noise(tile.taps() * WIDTH + WIDTH);
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
        for (int shift : new int[] {0, 7, 18}) {
            int count = shift == 7 ? 25 : 9;
            float[] actual = new float[count * WIDTH + 7];
            float[] expected = new float[actual.length];

            vector.taps(words, 5, shift, count, planes, levels, actual, 7);
            plain.taps(words, 5, shift, count, planes, levels, expected, 7);

            assertThat(actual).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void isTheSumOverTaps(WinogradTile tile) {
        int m = tile.outputs();
        int size = tile.inputs();
        int stride = 16;
        float[] split = noise(size * m * stride);
        float[] window = noise(tile.taps() * WIDTH);
        float[] sums = new float[tile.points() * WIDTH];
        float[] scratch = new float[4096];
        float[] points = new float[tile.points() * WIDTH];
        float[] weights = new float[points.length];
        float[] outputs = new float[m * m * WIDTH];

        for (int j = 0; j < size; j++) {
            int column = j % m * stride + j / m;
            plain.points(tile, 1, split, column, m * stride, sums, j * WIDTH, size * WIDTH);
        }
        for (int p = 0; p < size; p++) {
            plain.points(tile, 1, sums, p * size * WIDTH, WIDTH, points, p * size * WIDTH, WIDTH);
        }
        plain.weights(tile, window, 0, weights, 0, WIDTH);
        for (int p = 0; p < tile.points(); p++) {
            points[p * WIDTH] *= weights[p * WIDTH];
        }
        plain.output(tile, points, 0, WIDTH, scratch, 0, outputs, 0, m * WIDTH, WIDTH);

        for (int r = 0; r < m; r++) {
            for (int q = 0; q < m; q++) {
                double sum = 0;
                for (int t = 0; t < tile.taps(); t++) {
                    int row = r + t / tile.window();
                    int column = q + t % tile.window();
                    sum += window[t * WIDTH] * split[(row * m + column % m) * stride + column / m];
                }
                assertThat((double) outputs[(r * m + q) * WIDTH]).isCloseTo(sum, within(1e-4));
            }
        }
    }
}
