package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.vector.Vectorization;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlternationTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void lossNeverRises(int bits) {
        Random random = new Random(bits);
        for (int size = 1; size <= 60; size++) {
            assertLossNeverRises(group(values(random, size, 4)), bits, size % 2 == 0);
        }
    }

    private static void assertLossNeverRises(WeightGroup group, int bits, boolean offset) {
        Alternation alternation = new Alternation(new LevelSums.Sorted(new SortedGroup(group)), bits, offset);
        for (Starts.Start start : Starts.of(group, bits, offset)) {
            double before = Double.POSITIVE_INFINITY;
            for (int rounds = 0; rounds < 5; rounds++) {
                double loss = alternation
                        .run(start.coefficients(), start.offset(), rounds, 0)
                        .loss();
                assertThat(loss).isLessThanOrEqualTo(before);
                before = loss;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void scanningAndSortingGiveTheSameSums(int thresholds) {
        Random random = new Random(thresholds);
        for (int size = 1; size <= 60; size++) {
            float[] rising = values(random, thresholds, 2);
            Arrays.sort(rising);
            assertSameSums(group(values(random, size, 4)), rising);
        }
    }

    private static void assertSameSums(WeightGroup group, float[] rising) {
        double[][] sums = new double[4][rising.length];

        LevelSums.Scanned scanned = LevelSums.Scanned.of(Vectorization.kernels(), group);
        LevelSums.Sorted sorted = new LevelSums.Sorted(new SortedGroup(group));
        scanned.above(rising, sums[0], sums[1]);
        sorted.above(rising, sums[2], sums[3]);

        assertThat(sums[2]).containsExactly(sums[0], within(1e-4));
        assertThat(sums[3]).containsExactly(sums[1], within(1e-4));
        assertThat(scanned.mass()).isCloseTo(sorted.mass(), within(1e-4));
        assertThat(scanned.moment()).isCloseTo(sorted.moment(), within(1e-4));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 2, 3, 7, 16, 63, 64, 65, 127, 128, 129, 500, 1000, 1023, 1024, 1025, 2047, 2048, 2999, 3000})
    void bothSortsGiveTheSameOrder(int n) {
        Random random = new Random(n);
        float[] weights = new float[n];
        for (int j = 0; j < n; j++) {
            weights[j] = random.nextInt(4) == 0 ? -0.0f : (float) random.nextGaussian();
        }
        SortedGroup sorted = new SortedGroup(WeightGroup.of(weights, null, 0, n));
        for (int k = 1; k < n; k++) {
            assertThat(sorted.weight(k)).isGreaterThanOrEqualTo(sorted.weight(k - 1));
        }
        assertThat(sorted.massOfFirst(n)).isEqualTo(n);
    }

    private static WeightGroup group(float[] values) {
        return WeightGroup.of(values, null, 0, values.length);
    }

    /** Values up to {@code largest} in size; the ends, zeros of both signs and repetitions among them. */
    private static float[] values(Random random, int size, float largest) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (random.nextInt(8)) {
                case 0 -> largest;
                case 1 -> -largest;
                case 2 -> random.nextBoolean() ? 0f : -0f;
                case 3 -> values[random.nextInt(i + 1)];
                default -> random.nextFloat(-largest, largest);
            };
        }
        return values;
    }
}
