package dev.signet.engine.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The calling thread and threads of a pool, which take tasks one by one from a counter. */
record PooledWorkers(Executor pool, int count) implements Workers {
    @Override
    public void run(int tasks, Task task) {
        AtomicInteger next = new AtomicInteger();
        Helper[] helpers = new Helper[Math.max(0, Math.min(count, tasks) - 1)];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(next, tasks, task, i + 1);
            pool.execute(helpers[i]);
        }
        try {
            drain(next, tasks, task, 0);
        } finally {
            // After a failure nobody should begin anything more; a helper that has begun still writes to shared arrays.
            next.set(tasks);
            for (Helper helper : helpers) {
                helper.join();
            }
        }
        for (Helper helper : helpers) {
            helper.rethrow();
        }
    }

    private static void drain(AtomicInteger next, int tasks, Task task, int worker) {
        for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
            task.run(i, worker);
        }
    }

    /** What is given to the pool. Whoever claims it first, a thread of the pool or the caller that wants to return, has it. */
    private static final class Helper implements Runnable {
        private final AtomicInteger next;
        private final int tasks;
        private final Task task;
        private final int worker;
        private final AtomicBoolean claimed = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);
        private @Nullable Throwable failure;

        Helper(AtomicInteger next, int tasks, Task task, int worker) {
            this.next = next;
            this.tasks = tasks;
            this.task = task;
            this.worker = worker;
        }

        @Override
        public void run() {
            if (claimed.compareAndSet(false, true)) {
                try {
                    drain(next, tasks, task, worker);
                } catch (RuntimeException | Error e) {
                    failure = e;
                    next.set(tasks);
                } finally {
                    done.countDown();
                }
            }
        }

        void join() {
            if (claimed.compareAndSet(false, true)) {
                return;
            }
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void rethrow() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
