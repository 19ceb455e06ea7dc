package dev.signet.core.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void everyTaskIsDoneOnce() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int tasks = 0; tasks < 50; tasks++) {
                AtomicIntegerArray done = new AtomicIntegerArray(Math.max(1, tasks));
                AtomicIntegerArray busy = new AtomicIntegerArray(4);
                Workers.of(pool, 4).run(tasks, (task, worker) -> {
                    assertThat(busy.incrementAndGet(worker)).isEqualTo(1);
                    done.incrementAndGet(task);
                    busy.decrementAndGet(worker);
                });
                for (int i = 0; i < tasks; i++) {
                    assertThat(done.get(i)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aPoolThatNeverRunsAnythingIsNoDanger() {
        AtomicIntegerArray done = new AtomicIntegerArray(10);
        Workers.of(runnable -> {}, 4).run(10, (task, worker) -> done.incrementAndGet(task));
        assertThat(done.toString()).doesNotContain("0");
    }

    @Test
    void failuresReachTheCaller() {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            assertThatThrownBy(() -> Workers.of(pool, 3).run(20, (task, worker) -> {
                        throw new IllegalArgumentException("task failed");
                    }))
                    .hasMessage("task failed");
        }
    }

    @Test
    void oneWorkerIsTheCaller() {
        assertThat(Workers.of(Runnable::run, 1)).isSameAs(Workers.CALLER);
    }
}
