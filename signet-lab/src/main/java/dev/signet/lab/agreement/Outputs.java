package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.Map;
import java.util.Objects;

/** What a network gave for a sample, by name. */
final class Outputs {
    private Outputs() {}

    /** An output that is there, as it was when the outputs were recognized. */
    static Tensor get(Map<String, Tensor> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }
}
