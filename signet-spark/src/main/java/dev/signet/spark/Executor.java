package dev.signet.spark;

import dev.signet.lab.plan.CellWork;
import dev.signet.lab.plan.Plan;
import dev.signet.lab.plan.PlanCell;
import dev.signet.lab.plan.PlanFile;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.IntSupplier;
import org.apache.hadoop.conf.Configuration;

/** What the tasks of one process share: files, sessions and images; made by the first task, removed when the process ends. */
final class Executor {
    private static final Map<SweepJob, Executor> ALL = new ConcurrentHashMap<>();

    private final List<PlanCell> cells;
    private final CellWork work;
    private final LocalCopies copies;
    private final Semaphore room;

    private Executor(SweepJob job) {
        room = new Semaphore(job.atOnce(), true);
        Plan plan = PlanFile.parse(job.plan());
        Configuration configuration = new Configuration();
        job.hadoop().forEach(configuration::set);
        copies = new LocalCopies(configuration);
        cells = plan.work();
        work = new CellWork(plan, copies, new HadoopFolder(job.output(), configuration, copies), job.threads());
    }

    /** The process's own. */
    static Executor of(SweepJob job) {
        return ALL.computeIfAbsent(job, key -> {
            var executor = new Executor(key);
            Runtime.getRuntime().addShutdownHook(new Thread(executor::close));
            return executor;
        });
    }

    /** Ends what the driver's own process has for a job. */
    static void release(SweepJob job) {
        Executor executor = ALL.remove(job);
        if (executor != null) {
            executor.close();
        }
    }

    private synchronized void close() {
        work.close();
        if (Files.isDirectory(copies.folder())) {
            copies.close();
        }
    }

    /** Does a piece of work as soon as there is memory for it. */
    int inTurn(IntSupplier piece) {
        room.acquireUninterruptibly();
        try {
            return piece.getAsInt();
        } finally {
            room.release();
        }
    }

    PlanCell cell(int index) {
        return cells.get(index);
    }

    List<PlanCell> cells() {
        return cells;
    }

    CellWork work() {
        return work;
    }
}
