package dev.signet.core.compute;

import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;

/** A range of numbers for each of which a body runs on a pool, cut in halves. */
final class ParallelRange extends RecursiveAction {
    private static final long serialVersionUID = 1;

    private final transient IntConsumer body;
    private final int from;
    private final int to;

    ParallelRange(IntConsumer body, int from, int to) {
        this.body = body;
        this.from = from;
        this.to = to;
    }

    @Override
    protected void compute() {
        if (to - from > 1) {
            int middle = (from + to) >>> 1;
            var upper = new ParallelRange(body, middle, to);
            upper.fork();
            try {
                new ParallelRange(body, from, middle).compute();
            } finally {
                // Not invokeAll: it leaves others at work when one throws.
                upper.join();
            }
        } else if (from < to) {
            body.accept(from);
        }
    }
}
