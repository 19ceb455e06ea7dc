package dev.signet.lab.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.WeightMatrix;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
    private static final int FILTERS = 6;
    private static final int INPUTS = 90;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FP16", "INT8_DYNAMIC", "INT8_STATIC"})
    void moreBitsErrLess(Baseline baseline) {
        WeightMatrix matrix = gaussian();
        double before = Double.POSITIVE_INFINITY;
        for (int bits = 1; bits <= 8; bits++) {
            double error = squaredError(matrix, baseline.quantize(matrix, bits).values());
            // Of more levels than weights none is used.
            if (1 << bits <= INPUTS) {
                assertThat(error).as("%d bits", bits).isLessThan(before);
            } else {
                assertThat(error).as("%d bits", bits).isLessThanOrEqualTo(before);
            }
            before = error;
        }
        // At 8 bits a step is about 6 sigma / 255: relative error step^2 / 12.
        assertThat(before / squaredError(matrix, new float[matrix.size()])).isLessThan(1e-4);
    }

    @Test
    void bytesAreThoseOfTheFormats() {
        WeightMatrix matrix = gaussian();
        int n = FILTERS * INPUTS;
        assertThat(Baseline.FP16.quantize(matrix, 3).bytes()).isEqualTo(2L * n);
        assertThat(Baseline.INT8_DYNAMIC.quantize(matrix, 3).bytes()).isEqualTo(n + 5 * FILTERS);
        for (int bits = 1; bits <= 8; bits++) {
            int codes = (n * bits + 7) / 8;
            assertThat(Baseline.UNIFORM_MSE.quantize(matrix, bits).bytes()).isEqualTo(codes + 4 * FILTERS);
            // 90 is no multiple of 64: the group is the filter.
            assertThat(Baseline.HQQ_64.quantize(matrix, bits).bytes()).isEqualTo(codes + 4 * FILTERS);
            assertThat(Baseline.PALETTE.quantize(matrix, bits).bytes()).isEqualTo(codes + (2 << bits));
            assertThat(Baseline.PALETTE_FILTER.quantize(matrix, bits).bytes())
                    .isEqualTo(codes + FILTERS * (2L << bits));
        }
        WeightMatrix wide = new WeightMatrix(2, 128, 1, new float[256]);
        assertThat(Baseline.HQQ_64.quantize(wide, 4).bytes()).isEqualTo(128 + 4 * 4);
    }

    @ParameterizedTest
    @EnumSource
    void equalWeightsStayWhatTheyAre(Baseline baseline) {
        for (float value : new float[] {0, 0.25f, -3}) {
            float[] same = new float[2 * 9];
            Arrays.fill(same, value);
            WeightMatrix matrix = new WeightMatrix(2, 9, 9, same);
            for (float quantized : baseline.quantize(matrix, 2).values()) {
                assertThat(quantized).isCloseTo(value, within(1e-6f));
            }
        }
    }

    @Test
    void aTableOfItsOwnForEachFilterErrsLeast() {
        WeightMatrix matrix = gaussian();
        for (int bits = 1; bits <= 4; bits++) {
            double filter = squaredError(
                    matrix, Baseline.PALETTE_FILTER.quantize(matrix, bits).values());
            double tensor =
                    squaredError(matrix, Baseline.PALETTE.quantize(matrix, bits).values());
            double even = squaredError(
                    matrix, Baseline.UNIFORM_MSE.quantize(matrix, bits).values());
            assertThat(filter).isLessThan(tensor).isLessThan(even);
        }
    }

    @Test
    void palettesAreTheBestOfAllSplits() {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 20; round++) {
            float[] sorted = new float[9];
            for (int i = 0; i < 9; i++) {
                sorted[i] = (float) random.nextGaussian();
            }
            Arrays.sort(sorted);
            double best = Double.POSITIVE_INFINITY;
            for (int a = 1; a < 8; a++) {
                for (int b = a + 1; b < 9; b++) {
                    best = Math.min(best, error(sorted, 0, a) + error(sorted, a, b) + error(sorted, b, 9));
                }
            }
            double[] levels = Palette.levels(sorted, 3);
            double own = 0;
            for (float value : sorted) {
                own += Arrays.stream(levels)
                        .map(l -> (l - value) * (l - value))
                        .min()
                        .orElseThrow();
            }
            // Levels are rounded to halves.
            assertThat(own).isCloseTo(best, within(1e-4 * (1 + best)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void gptqErrsLessAtTheOutputThanRoundingDoes(int bits) {
        WeightMatrix matrix = gaussian();
        var random = new SplittableRandom(9);
        double[] gram = new double[INPUTS * INPUTS];
        double[] row = new double[INPUTS];
        for (int n = 0; n < 400; n++) {
            double common = random.nextGaussian();
            // A pattern that rounding knows nothing of: errors add up along it.
            Arrays.setAll(row, i -> (i % 3 == 0 ? 1 : -0.6) * common + 0.5 * random.nextGaussian());
            for (int i = 0; i < INPUTS; i++) {
                for (int j = 0; j < INPUTS; j++) {
                    gram[i * INPUTS + j] += row[i] * row[j];
                }
            }
        }
        double rounded = outputError(matrix, Gptq.quantize(matrix, bits, null).values(), gram);
        double solved = outputError(
                matrix, Gptq.quantize(matrix, bits, new double[][] {gram}).values(), gram);
        assertThat(solved).isLessThan(rounded / 2);
    }

    @Test
    void theFactorIsThatOfTheInverse() {
        // U^T U H = I for the damped H, trace 6, so 0.03 on the diagonal.
        double[] h = {4, 1, 1, 2};
        double[] u = Gptq.inverseFactor(h, 2);
        double a = u[0] * u[0];
        double b = u[0] * u[1];
        double c = u[1] * u[1] + u[3] * u[3];
        assertThat(u[2]).isZero();
        double h0 = 4 + 0.03;
        double h1 = 2 + 0.03;
        assertThat(a * h0 + b).isCloseTo(1, within(1e-9));
        assertThat(a + b * h1).isCloseTo(0, within(1e-9));
        assertThat(b + c * h1).isCloseTo(1, within(1e-9));
    }

    private static double outputError(WeightMatrix matrix, float[] values, double[] gram) {
        double error = 0;
        int d = matrix.inputs();
        for (int f = 0; f < matrix.filters(); f++) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    error += (matrix.values()[f * d + i] - values[f * d + i])
                            * gram[i * d + j]
                            * (matrix.values()[f * d + j] - values[f * d + j]);
                }
            }
        }
        return error;
    }

    private static double error(float[] sorted, int from, int to) {
        double mean = 0;
        for (int i = from; i < to; i++) {
            mean += sorted[i] / (to - from);
        }
        double error = 0;
        for (int i = from; i < to; i++) {
            error += (sorted[i] - mean) * (sorted[i] - mean);
        }
        return error;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void clippingNeverErrsMoreThanTheWholeRange(int bits) {
        var random = new SplittableRandom(bits);
        double[] w = random.doubles(200, -1, 1).map(x -> x * x * x).toArray();
        double[] whole = new double[2];
        double[] clipped = new double[2];
        Clipping.minMax(w, bits, whole);
        Clipping.leastSquares(w, bits, clipped);
        assertThat(Clipping.error(w, bits, clipped)).isLessThan(Clipping.error(w, bits, whole));
    }

    @Test
    void theHalfQuadraticZeroPointLowersTheNormOfErrors() {
        var random = new SplittableRandom(1);
        double[] w = new double[300];
        for (int i = 0; i < w.length; i++) {
            w[i] = random.nextGaussian() / 10;
        }
        w[7] = 1.5;
        double[] range = new double[2];
        double[] fitted = new double[2];
        Clipping.minMax(w, 2, range);
        HalfQuadratic.fit(w, 2, fitted);
        assertThat(HalfQuadratic.norm(w, 2, fitted[0], fitted[1]))
                .isLessThan(HalfQuadratic.norm(w, 2, range[0], range[1]));
    }

    @Test
    void shrinkageIsTheSoftThresholdOfTheNorm() {
        // |x|^(p - 1) / beta = 8^-0.3 / 10
        assertThat(HalfQuadratic.shrunk(-8, 10)).isCloseTo(-8 + Math.pow(8, -0.3) / 10, within(1e-12));
        assertThat(HalfQuadratic.shrunk(0.01, 10)).isZero();
        assertThat(HalfQuadratic.shrunk(0, 10)).isZero();
    }

    private static WeightMatrix gaussian() {
        var random = new SplittableRandom(5);
        float[] values = new float[FILTERS * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / 20);
        }
        return new WeightMatrix(FILTERS, INPUTS, 9, values);
    }

    private static double squaredError(WeightMatrix matrix, float[] approximation) {
        double error = 0;
        for (int i = 0; i < approximation.length; i++) {
            double difference = matrix.values()[i] - approximation[i];
            error += difference * difference;
        }
        return error;
    }
}
