package dev.signet.core.compute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * The threads and the memory that a piece of work may use: a pool of its own for loops in Java, their number for native code that
 * brings its own, and the bytes of heap that one step may take. Loops return when every body that has begun has ended, also where one of them throws: what a body reads may be closed then.
 */
public final class Compute implements ParallelLoop, AutoCloseable {
    private final ForkJoinPool pool;
    private final long room;

    /**
     * With half of Java's heap.
     *
     * @param threads at least 1
     */
    public Compute(int threads) {
        this(threads, Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * @param threads at least 1
     * @param room bytes of heap that one step may take
     */
    public Compute(int threads, long room) {
        pool = new ForkJoinPool(threads);
        this.room = room;
    }

    /** The bytes of heap that one step, such as the statistics of a layer, may take. */
    public long room() {
        return room;
    }

    /** How many threads there are. */
    public int threads() {
        return pool.getParallelism();
    }

    /** The threads, for what takes a pool. */
    public ForkJoinPool pool() {
        return pool;
    }

    @Override
    public void run(int count, IntConsumer body) {
        ParallelLoop.on(pool).run(count, body);
    }

    /** What {@code body} gives for 0, 1, ... {@code count - 1}, in this order. */
    @SuppressWarnings("unchecked")
    public <T> List<T> map(int count, IntFunction<T> body) {
        Object[] results = new Object[count];
        run(count, i -> results[i] = body.apply(i));
        return new ArrayList<>((List<T>) Arrays.asList(results));
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        pool.close();
    }
}
