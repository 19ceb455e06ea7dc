package dev.signet.core.compute;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Where a run's time goes. A phase inside another one counts for itself only. Used by one thread. */
public final class Phases {
    private final Map<String, Long> nanoseconds = new LinkedHashMap<>();
    private String current = "";
    private long since = System.nanoTime();

    /** Does some work, whose time belongs to a phase. */
    public <T> T in(String phase, Supplier<T> work) {
        String outer = current;
        enter(phase);
        try {
            return work.get();
        } finally {
            enter(outer);
        }
    }

    private void enter(String phase) {
        long now = System.nanoTime();
        nanoseconds.merge(current, now - since, Long::sum);
        current = phase;
        since = now;
    }

    /** Seconds of each phase, in the order in which they began; what was in none is left out. */
    public Map<String, Double> seconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        nanoseconds.forEach((phase, time) -> {
            if (!phase.isEmpty()) {
                seconds.put(phase, time / 1e9);
            }
        });
        return seconds;
    }
}
