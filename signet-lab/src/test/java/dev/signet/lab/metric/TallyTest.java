package dev.signet.lab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TallyTest {
    private static Tally tally(double[] psnr) {
        SequencedMap<Metric, double[]> parts = new LinkedHashMap<>();
        parts.put(Metric.PSNR, psnr);
        return new Tally(psnr.length, parts);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void shardsGiveTheSameMeanToTheBitHoweverTheyAreCut(int seed) {
        Random random = new Random(seed);
        double[] values = random.doubles(1000, 10, 60).toArray();
        List<Tally> shards = new ArrayList<>();
        for (int from = 0; from < values.length; ) {
            int to = Math.min(values.length, from + 1 + random.nextInt(97));
            shards.add(tally(Arrays.copyOfRange(values, from, to)));
            from = to;
        }
        assertThat(Tally.of(shards).means()).isEqualTo(tally(values).means()).containsKey(Metric.PSNR);
    }

    @Test
    void theMeanIsOverTheImagesNotOverTheShards() {
        // A mean of means would be (10 + 40) / 2.
        Tally all = Tally.of(List.of(tally(new double[] {10, 10, 10}), tally(new double[] {40})));
        assertThat(all.images()).isEqualTo(4);
        assertThat(all.means()).containsEntry(Metric.PSNR, 17.5);
    }

    @Test
    void noShardsHaveNoMean() {
        assertThatThrownBy(() -> Tally.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
