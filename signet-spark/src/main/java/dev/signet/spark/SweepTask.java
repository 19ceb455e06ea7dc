package dev.signet.spark;

import dev.signet.core.compute.Progress;
import dev.signet.lab.plan.CellWork;
import dev.signet.lab.plan.PlanCell;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * One piece of work as a task of Spark. The class is the same on the driver and on executors, where its jar comes from another build of
 * the same sources: what is sent are texts and numbers.
 *
 * @param job the sweep
 * @param step what is done
 */
record SweepTask(SweepJob job, Step step) implements Function<SweepTask.Piece, Integer> {
    // A task that has lost its executor so often takes executors down: the rest shall go on.
    private static final int MOST_ATTEMPTS = 3;

    /** The steps, in order. */
    enum Step {
        QUANTIZE,
        MEASURE,
        FINISH
    }

    /**
     * What there is to do.
     *
     * @param cell its number in the plan's work
     * @param shard of the images
     */
    record Piece(int cell, int shard) implements Serializable {}

    @Override
    public Integer call(Piece piece) {
        Executor executor = Executor.of(job);
        CellWork work = executor.work();
        PlanCell cell = executor.cell(piece.cell());
        TaskContext context = TaskContext.get();
        if (context != null && context.attemptNumber() >= MOST_ATTEMPTS) {
            work.giveUp(cell, "its executor was lost " + MOST_ATTEMPTS + " times");
            return 0;
        }
        return executor.inTurn(() -> switch (step) {
            case QUANTIZE -> work.quantize(cell, Progress.NONE);
            case MEASURE -> {
                work.measure(cell, piece.shard(), Progress.NONE);
                yield 0;
            }
            case FINISH -> {
                work.finish(cell);
                yield 0;
            }
        });
    }
}
