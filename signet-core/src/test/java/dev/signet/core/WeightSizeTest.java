package dev.signet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.heatmap.Quantizer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightSizeTest {
    @Test
    void articleLayoutOfThreeByThreeKernels() {
        WeightSize size = WeightSize.ofArticle(64, 64 * 9, 9, 3);

        assertThat(size.bytes()).isEqualTo(13_824 + 49_152);
        assertThat(size.relativeToFloat()).isCloseTo(0.427, within(0.0005));
    }

    @Test
    void articleLayoutOfOneByOneKernelsIsLargerThanFloat() {
        assertThat(WeightSize.ofArticle(256, 64, 1, 3).relativeToFloat()).isCloseTo(3.09, within(0.005));
    }

    @Test
    void oneSetOfCoefficientsPerFilter() {
        GroupLayout layout = new Grouping.Filter().layout(64, 64 * 9, 9);

        WeightSize size = WeightSize.of(layout, 3, CoefficientType.FLOAT16, true);

        assertThat(size.bitsPerWeight()).isCloseTo(3 + 4 * 16 / 576.0, within(1e-12));
        assertThat(size.relativeToFloat()).isCloseTo(0.097, within(0.0005));
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "kernel", "block:7", "layer"})
    void equalsWhatAMultiBitWeightTakes(String grouping) {
        Random random = new Random(1);
        float[] values = new float[5 * 18];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        WeightMatrix matrix = new WeightMatrix(5, 18, 9, values);
        for (int bits = 1; bits <= 8; bits++) {
            for (boolean offset : new boolean[] {false, true}) {
                MultiBitWeight weight = Quantizer.greedy(bits)
                        .grouping(Grouping.parse(grouping))
                        .offset(offset)
                        .quantize(matrix);

                assertThat(WeightSize.of(weight.layout(), bits, weight.type(), offset)
                                .bytes())
                        .isEqualTo(weight.packedBytes());
            }
        }
    }
}
