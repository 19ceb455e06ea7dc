package dev.signet.cli.option;

import dev.signet.core.compute.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress on stderr: a bar on a terminal, now and then a plain line elsewhere. Both go on while a step takes long: a clock that
 * stands still looks like a program that does.
 */
final class ConsoleProgress implements Progress {
    // Short work needs no line: below this nobody wonders whether it hangs.
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
    private static final long REDRAW_MILLIS = 500;

    // Before this steps say little of those to come.
    private static final double CREDIBLE_SHARE = 0.1;
    private static final Duration CREDIBLE_TIME = Duration.ofSeconds(5);

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

    /** How long the rest takes; empty where nobody can say. */
    static Optional<Duration> left(long done, long total, Duration elapsed) {
        if (done >= total || done < CREDIBLE_SHARE * total || elapsed.compareTo(CREDIBLE_TIME) < 0) {
            return Optional.empty();
        }
        return Optional.of(elapsed.multipliedBy(total - done).dividedBy(done));
    }

    /** 7 s, 1:05, 1:00:05. */
    static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : time.toMinutes() > 0
                        ? String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart())
                        : time.toSeconds() + " s";
    }

    /** Calls {@code tick} until it is cancelled. */
    private static Timer every(long millis, Runnable tick) {
        var timer = new Timer("progress", true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        tick.run();
                    }
                },
                millis,
                millis);
        return timer;
    }

    private static final class Bar implements Task {
        private final ProgressBar bar;
        private final Timer timer;

        Bar(String what, long total) {
            boolean plain = System.getenv("NO_COLOR") != null;
            bar = new ProgressBarBuilder()
                    .setTaskName(what)
                    .setInitialMax(total)
                    .setUpdateIntervalMillis(200)
                    .setStyle(plain ? ProgressBarStyle.ASCII : ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                    .setEtaFunction(state -> left(state.getCurrent(), state.getMax(), state.getTotalElapsed()))
                    .clearDisplayOnFinish()
                    .build();
            timer = every(REDRAW_MILLIS, bar::refresh);
        }

        @Override
        public void at(long done) {
            bar.stepTo(done);
        }

        @Override
        public void close() {
            timer.cancel();
            bar.close();
        }
    }

    private final class Lines implements Task {
        private final String what;
        private final long total;
        private final Instant began = Instant.now();
        private final Timer timer;
        private Duration silence = PATIENCE;
        private Instant next = began.plus(PATIENCE);
        private long done;

        Lines(String what, long total) {
            this.what = what;
            this.total = total;
            timer = every(REDRAW_MILLIS, this::say);
        }

        @Override
        public synchronized void at(long now) {
            done = now;
            say();
        }

        private synchronized void say() {
            Instant now = Instant.now();
            if (now.isBefore(next)) {
                return;
            }
            silence = silence.multipliedBy(2);
            silence = silence.compareTo(LONGEST_SILENCE) > 0 ? LONGEST_SILENCE : silence;
            next = now.plus(silence);
            Duration elapsed = Duration.between(began, now);
            err.println(String.format(
                    Locale.ROOT,
                    "%s: %d of %d, %s%s",
                    what,
                    done,
                    total,
                    clock(elapsed),
                    left(done, total, elapsed)
                            .map(time -> ", about %s left".formatted(clock(time)))
                            .orElse("")));
            err.flush();
        }

        @Override
        public void close() {
            timer.cancel();
        }
    }
}
