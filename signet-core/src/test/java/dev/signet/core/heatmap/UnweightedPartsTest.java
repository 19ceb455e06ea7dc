package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.HeatMap;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that matter nothing at all, as those of a kernel whose outer rows see padding only. */
class UnweightedPartsTest {
    @ParameterizedTest
    @CsvSource({
        "9, 3, 0, 1",
        "9, 3, 2, 8",
        "900, 3, 1, 4",
        "9216, 3, 0, 4",
        "9216, 3, 1, 4",
        "9216, 9, 5, 8",
        "9216, 1, 0, 4",
        "64, 64, 7, 3"
    })
    void weightsThatDoNotMatterLeaveTheOthersWell(int length, int every, int which, int bits) {
        var random = new SplittableRandom(length + bits);
        float[] values = new float[4 * length];
        float[] importance = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.02f * (float) random.nextGaussian();
            importance[i] = i % every == which ? 70 * random.nextFloat() : 0;
        }
        MultiBitWeight weight = Quantizer.alternating(bits)
                .heatMap(new HeatMap.Given(importance))
                .quantize(WeightMatrix.ofConv(4, length, 1, 1, values));

        float[] q = weight.dequantize();
        double lost = 0;
        double all = 0;
        for (int i = 0; i < q.length; i++) {
            assertThat(q[i]).isFinite();
            lost += importance[i] * (q[i] - values[i]) * (q[i] - values[i]);
            all += importance[i] * values[i] * values[i];
        }
        assertThat(lost / all).isLessThan(bits == 1 ? 0.5 : bits == 3 ? 0.06 : 0.02);
    }
}
