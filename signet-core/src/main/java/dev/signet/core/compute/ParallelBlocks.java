package dev.signet.core.compute;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;

/** Runs a body for each of a row of numbers on a pool that was given in; what the body throws comes out. */
public final class ParallelBlocks extends RecursiveAction {
    private static final long serialVersionUID = 1;

    private final transient IntConsumer body;
    private final int from;
    private final int to;

    private ParallelBlocks(IntConsumer body, int from, int to) {
        this.body = body;
        this.from = from;
        this.to = to;
    }

    /** Calls {@code body} with 0, 1, ... {@code count - 1}, in no particular order, and returns when all are done. */
    public static void run(ForkJoinPool pool, int count, IntConsumer body) {
        pool.invoke(new ParallelBlocks(body, 0, count));
    }

    @Override
    protected void compute() {
        if (to - from > 1) {
            int middle = (from + to) >>> 1;
            var upper = new ParallelBlocks(body, middle, to);
            upper.fork();
            try {
                new ParallelBlocks(body, from, middle).compute();
            } finally {
                // Not invokeAll: it leaves others at work when one throws.
                upper.join();
            }
        } else if (from < to) {
            body.accept(from);
        }
    }
}
