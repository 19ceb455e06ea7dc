package dev.signet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeatMapTest {
    @Test
    void l1IsTheMagnitudeRelativeToItsMean() {
        assertThat(new HeatMap.L1(1).importance(weights(1, -2, 3, 0))).containsExactly(2 / 3f, 4 / 3f, 2, 0);
    }

    @ParameterizedTest
    @ValueSource(floats = {1e-38f, 1, 1e38f})
    void powersNeitherOverflowNorVanish(float scale) {
        assertThat(new HeatMap.L1(16).importance(weights(scale, -scale, scale, -scale)))
                .containsExactly(1, 1, 1, 1);
    }

    @Test
    void zeroWeightsHaveNoImportance() {
        assertThat(new HeatMap.L1(2).importance(weights(0, 0, 0, 0))).containsOnly(0);
    }

    @Test
    void uniformIsNone() {
        assertThat(new HeatMap.Uniform().importance(weights(1, 2, 3, 4))).isNull();
    }

    @Test
    void givenImportanceMustFit() {
        WeightMatrix matrix = weights(1, 2, 3, 4);
        for (float[] bad : new float[][] {{1, 2, 3}, {1, 2, 3, -1}, {1, 2, 3, Float.NaN}}) {
            assertThatThrownBy(() -> new HeatMap.Given(bad).importance(matrix))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static WeightMatrix weights(float... values) {
        return new WeightMatrix(1, values.length, 1, values);
    }
}
