package dev.signet.train.command;

import dev.signet.train.loop.EpochReport;
import dev.signet.train.loop.TrainingListener;
import dev.signet.train.output.TrainedFile;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says how training goes: now and then how far it is, and a line of results after each epoch. */
final class TrainingConsole implements TrainingListener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean quiet;
    private Instant next = Instant.now().plusSeconds(3);

    TrainingConsole(PrintWriter out, PrintWriter err, boolean quiet) {
        this.out = out;
        this.err = err;
        this.quiet = quiet;
    }

    @Override
    public void step(StepReport report) {
        if (quiet || Instant.now().isBefore(next)) {
            return;
        }
        next = Instant.now().plus(PATIENCE);
        err.printf(
                Locale.ROOT,
                "epoch %d, step %d of %d: loss %.4f, rate %.4f, %.3f s a step, %s left%n",
                report.epoch() + 1,
                report.step() + 1,
                report.steps(),
                report.loss(),
                report.rate(),
                report.seconds(),
                time(report.secondsLeft()));
        err.flush();
    }

    @Override
    public void epoch(EpochReport report) {
        String metrics = report.metrics().entrySet().stream()
                .map(m -> m.getKey() + " " + figure(m.getValue()))
                .collect(Collectors.joining(", "));
        out.printf(
                Locale.ROOT,
                "epoch %d: loss %.4f, %s, %.0f s%n",
                report.epoch(),
                report.loss(),
                metrics,
                report.seconds());
        out.flush();
    }

    /** The network is written. */
    void written(TrainedFile file) {
        out.printf(
                Locale.ROOT,
                "%s: %,d bytes; ONNX Runtime's outputs differ from the trainer's by at most %.2g (of up to %.3g)%n",
                file.path(),
                file.bytes(),
                file.maxDifference(),
                file.maxOutput());
        out.flush();
    }

    /** Per cents and decibels are told to a hundredth, parts of a loss more closely. */
    private static String figure(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 5 ? "%.4f" : "%.2f", value);
    }

    /** 1:02:03. */
    static String time(double seconds) {
        long s = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }
}
