package dev.signet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.engine.tensor.Tensor;

/** When two results count as the same. */
final class Agreement {
    private Agreement() {}

    /** Same kind, same shape; integers equal, floats within {@code tolerance} of the largest magnitude. */
    static void assertAgree(Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.isFloating()).isEqualTo(expected.isFloating());
        if (!expected.isFloating()) {
            assertThat(actual.copy().longs()).isEqualTo(expected.longs());
            return;
        }
        double largest = 0;
        for (int i = 0; i < expected.size(); i++) {
            if (Float.isFinite(expected.floats()[i])) {
                largest = Math.max(largest, Math.abs(expected.floats()[i]));
            }
        }
        for (int i = 0; i < expected.size(); i++) {
            float a = actual.floats()[i];
            float e = expected.floats()[i];
            boolean same = Float.compare(a, e) == 0 || Math.abs((double) a - e) <= tolerance * Math.max(largest, 1e-3);
            assertThat(same)
                    .as("element %d of %s: %s, expected %s (largest %s)", i, expected.shape(), a, e, largest)
                    .isTrue();
        }
    }
}
