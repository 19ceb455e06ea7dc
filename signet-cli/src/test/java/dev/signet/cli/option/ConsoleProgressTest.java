package dev.signet.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    @Test
    void aTimeIsGivenOnlyWhereStepsSaySomething() {
        assertThat(ConsoleProgress.left(0, 100, Duration.ofMinutes(5))).isEmpty();
        assertThat(ConsoleProgress.left(5, 100, Duration.ofMinutes(5))).isEmpty();
        assertThat(ConsoleProgress.left(50, 100, Duration.ofSeconds(1))).isEmpty();
        assertThat(ConsoleProgress.left(100, 100, Duration.ofMinutes(5))).isEmpty();
        assertThat(ConsoleProgress.left(25, 100, Duration.ofSeconds(20))).contains(Duration.ofSeconds(60));
    }

    @Test
    void clocks() {
        assertThat(ConsoleProgress.clock(Duration.ofSeconds(7))).isEqualTo("7 s");
        assertThat(ConsoleProgress.clock(Duration.ofSeconds(65))).isEqualTo("1:05");
        assertThat(ConsoleProgress.clock(Duration.ofSeconds(3605))).isEqualTo("1:00:05");
    }

    @Test
    void linesComeThoughNoStepEnds() throws InterruptedException {
        var text = new StringWriter();
        try (var task = ConsoleProgress.of(new PrintWriter(text, true), false).start("solving", 10)) {
            task.at(0);
            for (int i = 0; i < 100 && text.toString().isEmpty(); i++) {
                Thread.sleep(100);
            }
        }
        assertThat(text.toString()).startsWith("solving: 0 of 10, ").contains(" s");
    }
}
