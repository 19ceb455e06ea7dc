package dev.signet.engine.plan;

import dev.signet.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The plans that were used last, by what they are for. For all threads. */
public final class PlanCache {
    // A plan is some kilobytes, with tables of offsets up to the size of a tensor.
    private static final int MOST = 8;

    /**
     * What a plan is for.
     *
     * @param shapes shapes of the inputs
     * @param workers how many share the work
     * @param rounding whether kernels may round
     */
    public record Key(Map<String, Shape> shapes, int workers, boolean rounding) {
        public Key {
            shapes = Map.copyOf(shapes);
        }

        public Key exact() {
            return new Key(shapes, workers, false);
        }
    }

    private final Map<Key, Plan> plans = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Plan> eldest) {
            return size() > MOST;
        }
    };

    /** The plan for {@code key}, made if it is not there. */
    public synchronized Plan get(Key key, Function<Key, Plan> planner) {
        Plan plan = plans.get(key);
        if (plan == null) {
            plan = planner.apply(key);
            plans.put(key, plan);
        }
        return plan;
    }
}
