package dev.signet.quantize.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxJavaType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialInputsTest {
    /** Sound with an open batch and length beside a state [layers, batch, cells]: the state's batch is the sound's. */
    @Test
    void aStateHasTheBatchOfTheOtherInputs() {
        List<TensorSpec> inputs = List.of(
                new TensorSpec("sound", new long[] {-1, -1}, OnnxJavaType.FLOAT),
                new TensorSpec("state", new long[] {2, -1, 128}, OnnxJavaType.FLOAT));
        assertThat(TrialInputs.shapes(inputs))
                .anyMatch(shapes -> Arrays.equals(shapes.get("sound"), new long[] {1, 512})
                        && Arrays.equals(shapes.get("state"), new long[] {2, 1, 128}));
    }
}
