package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.vector.Vectorization;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AlternationTest {
    @Property(tries = 150)
    void lossNeverRises(
            @ForAll @Size(min = 1, max = 60) List<@FloatRange(min = -4, max = 4) Float> weights,
            @ForAll @IntRange(min = 1, max = 6) int bits,
            @ForAll boolean offset) {
        WeightGroup group = group(weights);
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

    @Property(tries = 150)
    void scanningAndSortingGiveTheSameSums(
            @ForAll @Size(min = 1, max = 60) List<@FloatRange(min = -4, max = 4) Float> weights,
            @ForAll @Size(min = 1, max = 7) List<@FloatRange(min = -2, max = 2) Float> thresholds) {
        WeightGroup group = group(weights);
        float[] rising = floats(thresholds.stream().sorted().toList());
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

    @Property(tries = 20)
    void bothSortsGiveTheSameOrder(@ForAll @IntRange(min = 1, max = 3000) int n, @ForAll long seed) {
        Random random = new Random(seed);
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

    private static WeightGroup group(List<Float> weights) {
        float[] values = floats(weights);
        return WeightGroup.of(values, null, 0, values.length);
    }

    private static float[] floats(List<Float> list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i);
        }
        return values;
    }
}
