package dev.signet.engine;

import dev.signet.engine.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The plans that were used last, by the shapes they are for. For all threads. */
final class PlanCache {
    // A plan is some kilobytes, with tables of offsets up to the size of a tensor.
    private static final int MOST = 8;

    private final Map<Map<String, Shape>, Plan> plans = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, Shape>, Plan> eldest) {
            return size() > MOST;
        }
    };

    /** The plan for {@code shapes}, made if it is not there. */
    synchronized Plan get(Map<String, Shape> shapes, Function<Map<String, Shape>, Plan> planner) {
        Plan plan = plans.get(shapes);
        if (plan == null) {
            plan = planner.apply(shapes);
            plans.put(plan.inputShapes(), plan);
        }
        return plan;
    }
}
