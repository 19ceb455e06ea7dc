package dev.signet.core.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComputeTest {
    @Test
    void whatHasBegunHasEndedWhenALoopThrows() {
        try (var compute = new Compute(4)) {
            for (int round = 0; round < 20; round++) {
                AtomicInteger atWork = new AtomicInteger();
                CountDownLatch begun = new CountDownLatch(2);
                assertThatThrownBy(() -> compute.run(2, i -> {
                            atWork.incrementAndGet();
                            begun.countDown();
                            await(begun);
                            if (i == 0) {
                                atWork.decrementAndGet();
                                throw new IllegalStateException("first");
                            }
                            sleep(5);
                            atWork.decrementAndGet();
                        }))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(atWork).hasValue(0);
            }
        }
    }

    @Test
    void resultsComeInOrder() {
        try (var compute = new Compute(3)) {
            assertThat(compute.map(100, i -> i * i))
                    .isEqualTo(IntStream.range(0, 100).map(i -> i * i).boxed().toList());
            assertThat(compute.threads()).isEqualTo(3);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
