package dev.signet.quantize;

import dev.signet.core.MultiBitWeight;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to, in words: how much smaller, how good, and what to do where that is not enough.
 *
 * @param level how good
 * @param text one line
 * @param advice what to try, as options of {@code quantize}; empty where nothing needs to be done
 */
public record Verdict(Level level, String text, String advice) {
    /** How good an output is. */
    public enum Level {
        GOOD,
        FAIR,
        POOR
    }

    // Noise of a tenth, and of a third, of the signal's size: 20 dB is what quantize keeps where nothing is said.
    private static final double GOOD_DECIBELS = 20;
    private static final double FAIR_DECIBELS = 10;

    /** What a finished run came to. */
    public static Verdict of(QuantizeReport report) {
        String size = String.format(
                Locale.ROOT,
                "%.1fx smaller (%s to %s)",
                (double) report.bytesBefore() / report.bytesAfter(),
                size(report.bytesBefore()),
                size(report.bytesAfter()));
        String verified = report.verification().kind() == dev.signet.quantize.runtime.Verification.Kind.NONE
                ? "not verified"
                : "verified";
        Level level = level(report.outputSnr());
        String advice = level == Level.GOOD ? "" : advice(report);
        String text =
                size + ", " + verified + quality(report.outputSnr()) + (advice.isEmpty() ? "" : "; try " + advice);
        return new Verdict(level, text, advice);
    }

    /** 474 kB, 6.7 MB: sizes as people say them. */
    public static String size(long bytes) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit > 0 && value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    private static Level level(@Nullable Double decibels) {
        if (decibels == null) {
            return Level.FAIR;
        }
        return decibels >= GOOD_DECIBELS ? Level.GOOD : decibels >= FAIR_DECIBELS ? Level.FAIR : Level.POOR;
    }

    private static String quality(@Nullable Double decibels) {
        if (decibels == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "; output %.1f dB above the noise: %s",
                decibels,
                switch (level(decibels)) {
                    case GOOD -> "small differences";
                    case FAIR -> "differences will show";
                    case POOR -> "it may not do its work any more";
                });
    }

    /** One bit more: the first and the last layer may have more than was asked for. */
    private static String advice(QuantizeReport report) {
        if (report.outputSnr() == null) {
            return "";
        }
        int bits = report.tensors().stream()
                .map(TensorReport::quantized)
                .mapToInt(quantized -> quantized == null ? 0 : quantized.bits())
                .filter(planes -> planes > 0)
                .min()
                .orElse(0);
        if (bits == 0 || bits >= MultiBitWeight.MAX_BITS) {
            return "";
        }
        return weakest(report)
                .map(tensor -> String.format(
                        Locale.ROOT,
                        "--bits %d (the weakest layer is '%s'), or no --bits for the smallest that keeps %d dB",
                        bits + 1,
                        tensor.name(),
                        (int) GOOD_DECIBELS))
                .orElse("--bits " + (bits + 1));
    }

    private static Optional<TensorReport> weakest(QuantizeReport report) {
        return report.tensors().stream()
                .filter(tensor ->
                        tensor.quantized() != null && tensor.quantized().outputSnr() != null)
                .min(Comparator.comparingDouble(Verdict::decibels));
    }

    private static double decibels(TensorReport tensor) {
        TensorReport.Quantized quantized = tensor.quantized();
        Double decibels = quantized == null ? null : quantized.outputSnr();
        return decibels == null ? Double.POSITIVE_INFINITY : decibels;
    }
}
