package dev.signet.core.compute;

import java.util.concurrent.Executor;

/** Who does a step's tasks: the calling thread, alone or together with threads of a pool that was given in. */
public interface Workers {
    /** The calling thread alone; allocates nothing. */
    Workers CALLER = new Workers() {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public void run(int tasks, Task task) {
            for (int i = 0; i < tasks; i++) {
                task.run(i, 0);
            }
        }
    };

    /** One piece of work. */
    @FunctionalInterface
    interface Task {
        /**
         * Does piece {@code task}.
         *
         * @param worker 0 to {@code count() - 1}, different for pieces that are done at the same time
         */
        void run(int task, int worker);
    }

    /** The largest number of tasks done at the same time. */
    int count();

    /** Does tasks 0 to {@code tasks - 1}, each once, in any order, and returns when all are done. */
    void run(int tasks, Task task);

    /**
     * The calling thread and up to {@code count - 1} threads of {@code pool}. A busy pool is no danger: the caller does
     * whatever nobody else has begun.
     */
    static Workers of(Executor pool, int count) {
        return count <= 1 ? CALLER : new PooledWorkers(pool, count);
    }
}
