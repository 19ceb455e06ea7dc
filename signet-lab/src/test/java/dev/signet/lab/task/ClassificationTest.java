package dev.signet.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.onnx.InputException;
import org.junit.jupiter.api.Test;

class ClassificationTest {
    @Test
    void ranksScoresWithTiesAndNaN() {
        float[] scores = {0.5f, 2, 2, -1, Float.NaN};
        assertThat(Classification.rank(scores, 1)).isEqualTo(1);
        assertThat(Classification.rank(scores, 2)).isEqualTo(2);
        assertThat(Classification.rank(scores, 0)).isEqualTo(3);
        assertThat(Classification.rank(scores, 4)).isEqualTo(5);
        assertThat(Classification.rank(new float[] {0.5f, 2, 2}, 1)).isZero();
    }

    @Test
    void refusesALabelWithoutAClass() {
        assertThatThrownBy(() -> Classification.rank(new float[2], 2)).isInstanceOf(InputException.class);
    }

    @Test
    void divergenceIsZeroForTheSameAnswerAndKnownForTwoClasses() {
        assertThat(Classification.divergence(new float[] {1, 2, 3}, new float[] {101, 102, 103}))
                .isCloseTo(0, within(1e-6));
        // Probabilities 1/2, 1/2 against 3/4, 1/4: log(2) - (log 3) / 2.
        float[] even = {0, 0};
        float[] skewed = {(float) Math.log(3), 0};
        assertThat(Classification.divergence(even, skewed)).isCloseTo(Math.log(2) - Math.log(3) / 2, within(1e-6));
    }
}
