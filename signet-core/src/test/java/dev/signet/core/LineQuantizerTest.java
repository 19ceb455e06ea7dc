package dev.signet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.MultiBitWeight.CoefficientType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineQuantizerTest {
    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 1e-4, 0.05, 1, 300, 1e12})
    void eightBitsAreInt8WithAFactorForEachFilter(double size) {
        Random random = new Random(1);
        float[] values = new float[5 * 40];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }

        MultiBitWeight weight = LineQuantizer.quantize(new WeightMatrix(5, 40, 1, values), 8);

        float[] q = weight.dequantize();
        for (int f = 0; f < 5; f++) {
            double most = 0;
            for (int j = 0; j < 40; j++) {
                most = Math.max(most, Math.abs(values[f * 40 + j]));
            }
            for (int j = 0; j < 40; j++) {
                // Half a step, and what rounding the factor to fp16 takes off the largest weight.
                assertThat((double) q[f * 40 + j])
                        .isCloseTo(values[f * 40 + j], within(most / 127 * 0.5 + most * 0x1p-10));
            }
        }
        assertThat(weight.shared()).isNotNull();
        assertThat(weight.packedBytes()).isEqualTo(200 + (9 + 5) * (weight.type() == CoefficientType.FLOAT16 ? 2 : 4));
    }

    @Test
    void usualWeightsTakeTwoBytesAFactor() {
        float[] values = {0.5f, -0.25f, 0.001f, 0.002f};
        assertThat(LineQuantizer.quantize(new WeightMatrix(2, 2, 1, values), 8).type())
                .isEqualTo(CoefficientType.FLOAT16);
    }

    @Test
    void zerosStayZerosAndNoNumbersAreNamed() {
        assertThat(LineQuantizer.quantize(new WeightMatrix(2, 3, 1, new float[6]), 8)
                        .dequantize())
                .containsOnly(0f);
        assertThatThrownBy(() ->
                        LineQuantizer.quantize(new WeightMatrix(1, 2, 1, new float[] {1, Float.POSITIVE_INFINITY}), 8))
                .hasMessageContaining("weight 1");
    }
}
