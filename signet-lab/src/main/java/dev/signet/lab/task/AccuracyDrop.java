package dev.signet.lab.task;

import dev.signet.lab.metric.Metric;
import dev.signet.quantize.figure.UserMetric;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.util.Locale;
import java.util.Objects;

/**
 * Points of top-1 accuracy that a quantized classifier loses.
 *
 * @param task the user's labelled pictures
 * @param original top-1 of the original on them, in per cent
 */
record AccuracyDrop(Classification task, double original) implements UserMetric {
    static AccuracyDrop of(Classification task, OnnxRuntimeModel original) {
        return new AccuracyDrop(task, top1(task, original));
    }

    private static double top1(Classification task, OnnxRuntimeModel model) {
        return Objects.requireNonNull(task.evaluate(model, done -> {}).get(Metric.TOP1));
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "top-1 on %d labelled images", task.size());
    }

    @Override
    public double drop(OnnxRuntimeModel quantized) {
        return original - top1(task, quantized);
    }
}
