package dev.signet.cli.option;

import dev.signet.core.compute.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on stderr: a bar on a terminal, now and then a plain line elsewhere. */
final class ConsoleProgress implements Progress {
    // Short work needs no line: below this nobody wonders whether it hangs.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final PrintWriter err;
    private final boolean terminal;

    private ConsoleProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Progress for a command; the launcher says in {@code signet.terminal} whether stderr is one. */
    static Progress of(PrintWriter err, boolean quiet) {
        return quiet ? Progress.NONE : new ConsoleProgress(err, Boolean.getBoolean("signet.terminal"));
    }

    @Override
    public Task start(String what, long total) {
        return terminal ? new Bar(what, total) : new Lines(what, total);
    }

    @Override
    public void plan(String text) {
        err.println("signet: plan: " + text);
        err.flush();
    }

    private static final class Bar implements Task {
        private final ProgressBar bar;

        Bar(String what, long total) {
            boolean plain = System.getenv("NO_COLOR") != null;
            bar = new ProgressBarBuilder()
                    .setTaskName(what)
                    .setInitialMax(total)
                    .setUpdateIntervalMillis(200)
                    .setStyle(plain ? ProgressBarStyle.ASCII : ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                    .clearDisplayOnFinish()
                    .build();
        }

        @Override
        public void at(long done) {
            bar.stepTo(done);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private final class Lines implements Task {
        private final String what;
        private final long total;
        private Instant next = Instant.now().plus(PATIENCE);

        Lines(String what, long total) {
            this.what = what;
            this.total = total;
        }

        @Override
        public synchronized void at(long done) {
            if (Instant.now().isAfter(next)) {
                next = Instant.now().plus(PATIENCE.multipliedBy(2));
                err.println("%s: %d of %d".formatted(what, done, total));
            }
        }

        @Override
        public void close() {}
    }
}
