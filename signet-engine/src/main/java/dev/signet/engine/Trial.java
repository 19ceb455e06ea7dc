package dev.signet.engine;

import dev.signet.engine.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether a network bears the rounding of a plan's kernels: its first inputs are run both ways, and every output may change by
 * {@link #TOLERANCE} at most. One for all sessions of the plan; for all threads.
 */
final class Trial {
    /** The largest root of the mean squared change of an output, as a part of the root of its mean square. */
    static final double TOLERANCE = 0.02;

    /** The system property that sets another tolerance: to see what rounding does to a network that does not bear it. */
    static final String PROPERTY = "signet.tolerance";

    private final Supplier<Plan> exact;
    private volatile Optional<Boolean> passed = Optional.empty();

    /** @param exact the plan that does not round */
    Trial(Supplier<Plan> exact) {
        this.exact = exact;
    }

    /** The plan that does not round. */
    Plan exact() {
        return exact.get();
    }

    /** Whether rounding is borne; empty until {@link #judge}. */
    Optional<Boolean> passed() {
        return passed;
    }

    /** Compares outputs of the same inputs. */
    boolean judge(List<Tensor> rounded, List<Tensor> right) {
        boolean good = true;
        double tolerance = Double.parseDouble(System.getProperty(PROPERTY, "" + TOLERANCE));
        for (int i = 0; i < right.size(); i++) {
            good &= change(rounded.get(i), right.get(i)) <= tolerance;
        }
        passed = Optional.of(good);
        return good;
    }

    private static double change(Tensor rounded, Tensor right) {
        double changes = 0;
        double values = 0;
        for (int i = 0; i < right.size(); i++) {
            if (right.isFloating()) {
                double value = right.floats()[i];
                double change = rounded.floats()[i] - value;
                changes += change * change;
                values += value * value;
            } else if (rounded.longs()[i] != right.longs()[i]) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return changes == 0 ? 0 : Math.sqrt(changes / values);
    }
}
