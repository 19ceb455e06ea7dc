package dev.signet.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TensorTextTest {
    @Test
    void saysTypeShapeAndTheFirstValues() {
        assertThat(Tensor.of(new float[] {0.5f, -1, 2}, 1, 3).toString())
                .contains("float", "1", "3")
                .endsWith(": 0.5, -1.0, 2.0");
        assertThat(Tensor.ofLongs(new long[100], 10, 10).toString()).endsWith("0, 0, 0, 0, 0, 0, 0, 0, ...");
    }
}
