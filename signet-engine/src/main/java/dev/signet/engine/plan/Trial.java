package dev.signet.engine.plan;

import dev.signet.engine.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether a network bears the rounding of a plan's kernels: its first inputs are run both ways, and every output may change by
 * {@link #TOLERANCE} at most, no value of it by more than {@link #LARGEST_CHANGE}. One for all sessions of the plan; for all threads.
 */
public final class Trial {
    /** The largest root of the mean squared change of an output, as a part of the root of its mean square. */
    static final double TOLERANCE = 0.02;

    /** The largest change of any value, as a part of the largest absolute value of an output. */
    static final double LARGEST_CHANGE = 0.03;

    /** The system property that sets another tolerance for both: to see what rounding does to a network that does not bear it. */
    static final String PROPERTY = "signet.tolerance";

    private final Supplier<Plan> exact;
    private volatile Optional<Boolean> passed = Optional.empty();

    /** @param exact the plan that does not round */
    Trial(Supplier<Plan> exact) {
        this.exact = exact;
    }

    /** The plan that does not round. */
    public Plan exact() {
        return exact.get();
    }

    /** Whether rounding is borne; empty until {@link #judge}. */
    public Optional<Boolean> passed() {
        return passed;
    }

    /** Compares outputs of the same inputs. */
    public boolean judge(List<Tensor> rounded, List<Tensor> right) {
        boolean good = true;
        for (int i = 0; i < right.size(); i++) {
            good &= isBorne(rounded.get(i), right.get(i));
        }
        passed = Optional.of(good);
        return good;
    }

    private static boolean isBorne(Tensor rounded, Tensor right) {
        double changes = 0;
        double values = 0;
        double largestChange = 0;
        double largest = 0;
        for (int i = 0; i < right.size(); i++) {
            if (right.isFloating()) {
                double value = right.floats()[i];
                double change = rounded.floats()[i] - value;
                changes += change * change;
                values += value * value;
                largestChange = Math.max(largestChange, Math.abs(change));
                largest = Math.max(largest, Math.abs(value));
            } else if (rounded.longs()[i] != right.longs()[i]) {
                return false;
            }
        }
        // Written so that a NaN is not borne.
        return changes <= square(tolerance(TOLERANCE)) * values && largestChange <= tolerance(LARGEST_CHANGE) * largest;
    }

    private static double square(double x) {
        return x * x;
    }

    private static double tolerance(double usual) {
        String other = System.getProperty(PROPERTY, "");
        return other.isEmpty() ? usual : Double.parseDouble(other);
    }
}
