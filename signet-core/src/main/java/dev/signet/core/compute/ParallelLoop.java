package dev.signet.core.compute;

import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;

/** Runs a body for 0, 1, ... count - 1, in no particular order, and returns when all are done. */
public interface ParallelLoop {
    /** Runs the body. */
    void run(int count, IntConsumer body);

    /** One after the other. */
    static ParallelLoop sequential() {
        return (count, body) -> {
            for (int i = 0; i < count; i++) {
                body.accept(i);
            }
        };
    }

    /** On a pool; what the body throws comes out. */
    static ParallelLoop on(ForkJoinPool pool) {
        return (count, body) -> pool.invoke(new ParallelRange(body, 0, count));
    }
}
