package dev.signet.quantize.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.quantize.correct.Decibels;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    private static final Compute TWO = new Compute(2);

    @Test
    void sumsOfProductsAreThoseOfANaiveLoop() {
        int d = 7;
        int filters = 3;
        int columns = 1000;
        var random = new SplittableRandom(3);
        float[][] all = new float[d + filters][columns];
        for (float[] row : all) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        try (var accumulator = new GramAccumulator(1, d, filters, 4, 2);
                var pool = new Compute(2)) {
            accumulator.add(
                    columns / 4,
                    4,
                    1,
                    pool,
                    (row, first, count, into, at) -> System.arraycopy(all[row], 4 * first, into, at, 4 * count));
            float[] gram = accumulator.gram();
            float[] correlation = accumulator.correlation();
            assertThat(accumulator.rows()).isEqualTo(columns);
            for (int i = 0; i < d + filters; i++) {
                for (int j = 0; j < d; j++) {
                    double expected = 0;
                    for (int p = 0; p < columns; p++) {
                        expected += (double) all[i][p] * all[j][p] / columns;
                    }
                    float actual = i < d ? gram[i * d + j] : correlation[(i - d) * d + j];
                    assertThat(actual).isCloseTo((float) expected, within(1e-5f));
                }
            }
        }
    }

    @Test
    void theTargetIsTheLeastSquaresSolution() {
        int d = 12;
        var random = new SplittableRandom(4);
        int n = 400;
        double[][] x = new double[n][d];
        for (double[] row : x) {
            double common = random.nextGaussian();
            for (int i = 0; i < d; i++) {
                row[i] = random.nextGaussian() + common;
            }
        }
        float[] wanted = new float[d];
        float[] start = new float[d];
        for (int i = 0; i < d; i++) {
            wanted[i] = (float) random.nextGaussian();
            start[i] = wanted[i] + (float) random.nextGaussian() / 2;
        }
        float[] gram = new float[d * d];
        float[] correlation = new float[d];
        for (double[] row : x) {
            double y = 0;
            for (int i = 0; i < d; i++) {
                y += wanted[i] * row[i];
            }
            for (int i = 0; i < d; i++) {
                correlation[i] += (float) (y * row[i] / n);
                for (int j = 0; j < d; j++) {
                    gram[i * d + j] += (float) (row[i] * row[j] / n);
                }
            }
        }
        var statistics = new LayerStatistics(new float[][] {gram}, new float[][] {correlation}, new float[1][d], n);
        float[] target = TargetWeights.of(new WeightMatrix(1, d, 1, start), statistics, 0, TWO)
                .values();
        for (int i = 0; i < d; i++) {
            assertThat(target[i]).isCloseTo(wanted[i], within(0.02f));
        }
        // With an endless ridge the weights stay.
        float[] held = TargetWeights.of(new WeightMatrix(1, d, 1, start), statistics, 1e6, TWO)
                .values();
        for (int i = 0; i < d; i++) {
            assertThat(held[i]).isCloseTo(start[i], within(1e-3f));
        }
    }

    @Test
    void inputPowerIsTheDiagonalForEveryFilter() {
        var statistics = new LayerStatistics(
                new float[][] {{1, 9, 9, 2}, {3, 9, 9, 4}},
                new float[][] {new float[2], new float[2]},
                new float[2][2],
                1);
        float[] power = statistics.inputPower(new WeightMatrix(4, 2, 1, new float[8]));
        assertThat(power).containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
    }

    @Test
    void decibelsAreKnownForKnownNoise() {
        assertThat(Decibels.snr(List.of(new float[] {3, 4}), List.of(new float[] {3, 4.5f})))
                .isCloseTo(20, within(1e-6));
        assertThat(Decibels.snr(List.of(new float[] {1}), List.of(new float[] {1})))
                .isEqualTo(200);
        assertThat(Decibels.snr(List.of(new float[] {1}), List.of(new float[] {Float.NaN})))
                .isEqualTo(-200);
    }
}
