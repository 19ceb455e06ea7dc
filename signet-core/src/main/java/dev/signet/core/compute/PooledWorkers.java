package dev.signet.core.compute;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The calling thread and threads of a pool, which take tasks one by one from a counter. A thread of the pool that has found
 * nothing more to do looks out for the next step for a moment before it goes back: waking it again would take as long as a small
 * layer does.
 */
final class PooledWorkers implements Workers {
    /** How long a helper looks out for the next step. */
    private static final long LINGER_NANOS = 200_000;

    /** How often it looks before it looks at the clock. */
    private static final int LOOKS = 64;

    /** Looks at helpers that are still busy, before the caller leaves its core to others, and for how long. */
    private static final int PATIENCE = 50_000;

    private static final long PAUSE_NANOS = 20_000;

    private final Executor pool;
    private final int count;
    private final AtomicReference<@Nullable Step> posted = new AtomicReference<>();
    /** Helpers that look out for a step, or will. */
    private final AtomicInteger idle = new AtomicInteger();

    PooledWorkers(Executor pool, int count) {
        this.pool = pool;
        this.count = count;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public void run(int tasks, Task task) {
        int helpers = Math.min(count, tasks) - 1;
        if (helpers <= 0) {
            CALLER.run(tasks, task);
            return;
        }
        Step step = new Step(tasks, task, helpers);
        posted.set(step);
        callHelpers(helpers);
        step.drain(0);
        step.close();
        posted.compareAndSet(step, null);
        step.rethrow();
    }

    private void callHelpers(int wanted) {
        for (int missing = wanted - idle.get(); missing > 0; missing--) {
            idle.incrementAndGet();
            try {
                pool.execute(this::help);
            } catch (RejectedExecutionException e) {
                // The caller does what nobody else does.
                idle.decrementAndGet();
                return;
            }
        }
    }

    /** Does what is posted, until nothing was for a while. */
    private void help() {
        @Nullable Step last = null;
        long start = System.nanoTime();
        do {
            for (int look = 0; look < LOOKS; look++) {
                Step step = posted.get();
                if (step == null || step == last) {
                    Thread.onSpinWait();
                } else {
                    last = step;
                    idle.decrementAndGet();
                    step.help();
                    idle.incrementAndGet();
                    start = System.nanoTime();
                }
            }
        } while (System.nanoTime() - start < LINGER_NANOS);
        idle.decrementAndGet();
    }

    /** The tasks of one call, and who is at work on them. */
    private static final class Step {
        private static final int CLOSED = Integer.MIN_VALUE;

        private final int tasks;
        private final Task task;
        private final int helpers;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger entered = new AtomicInteger();
        /** Helpers that are at work; {@link #CLOSED} when nobody may begin any more. */
        private final AtomicInteger inside = new AtomicInteger();

        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Step(int tasks, Task task, int helpers) {
            this.tasks = tasks;
            this.task = task;
            this.helpers = helpers;
        }

        void help() {
            int before = inside.get();
            while (before != CLOSED && !inside.compareAndSet(before, before + 1)) {
                before = inside.get();
            }
            if (before == CLOSED) {
                return;
            }
            int worker = entered.incrementAndGet();
            if (worker <= helpers) {
                drain(worker);
            }
            inside.decrementAndGet();
        }

        void drain(int worker) {
            try {
                for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                    task.run(i, worker);
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                // After a failure nobody should begin anything more.
                next.set(tasks);
            }
        }

        /** Waits for those who still write to shared arrays, and lets nobody in any more. */
        void close() {
            for (int look = 0; !inside.compareAndSet(0, CLOSED); look++) {
                if (look < PATIENCE) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        void rethrow() {
            if (failure.get() instanceof Error error) {
                throw error;
            }
            if (failure.get() instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
