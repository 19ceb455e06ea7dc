package dev.signet.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.onnx.InputException;
import org.junit.jupiter.api.Test;

class ClassificationTest {
    @Test
    void ranksScoresWithTiesAndNaN() {
        float[] scores = {9, 0.5f, 2, 2, -1, Float.NaN};
        assertThat(Classification.rank(scores, 1, 3, 1, "x")).isZero();
        assertThat(Classification.rank(scores, 1, 3, 2, "x")).isEqualTo(1);
        assertThat(Classification.rank(scores, 1, 3, 0, "x")).isEqualTo(2);
        assertThat(Classification.rank(scores, 1, 5, 4, "x")).isEqualTo(5);
        assertThat(Classification.rank(scores, 1, 5, 1, "x")).isEqualTo(1);
    }

    @Test
    void refusesALabelWithoutAClass() {
        assertThatThrownBy(() -> Classification.rank(new float[2], 0, 2, 2, "x"))
                .isInstanceOf(InputException.class);
    }
}
