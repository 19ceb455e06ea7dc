package dev.signet.lab.plan;

import dev.signet.core.compute.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Does all work of a plan in this process. */
public final class EmbeddedSweep {
    private EmbeddedSweep() {}

    /**
     * Works until every cell has a result.
     *
     * @param atOnce how many cells are worked at, at the same time
     * @return how many cells were there already
     */
    public static int run(Plan plan, CellWork work, int atOnce, Progress progress) {
        List<PlanCell> all = plan.work();
        List<PlanCell> open = work.open(all);
        AtomicInteger finished = new AtomicInteger();
        try (Progress.Task running = progress.start("cells", Math.max(1, open.size()));
                ExecutorService pool = Executors.newFixedThreadPool(atOnce)) {
            List<Future<?>> futures = new ArrayList<>();
            for (PlanCell cell : open) {
                futures.add(pool.submit(() -> {
                    int shards = work.quantize(cell, Progress.NONE);
                    for (int shard = 0; shard < shards; shard++) {
                        work.measure(cell, shard, Progress.NONE);
                    }
                    if (shards > 0) {
                        work.finish(cell);
                    }
                    running.at(finished.incrementAndGet());
                }));
            }
            await(futures, pool);
        }
        return all.size() - open.size();
    }

    private static void await(List<Future<?>> futures, ExecutorService pool) {
        try {
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            // What has not begun does not begin: nothing can be kept any more.
            futures.forEach(future -> future.cancel(false));
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
            throw new CancellationException("the sweep was interrupted");
        }
    }
}
