package dev.signet.lab.metric;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * What a model achieved on a task.
 *
 * @param figures a value for each metric, the one to look at first in front
 * @param samples what single samples gave for the first metric, in its unit and in their order: images, or the boxes of the
 *     original. Models that are measured on the same task have the same samples. Empty where a figure is no mean
 */
public record Measured(SequencedMap<Metric, Double> figures, double[] samples) {
    /** The metric to look at first. */
    public Metric first() {
        return figures.firstEntry().getKey();
    }

    /**
     * How far chance may have moved the first figure: one standard error of the mean. Of counts (a sample is 0 or 100 per cent) half the
     * width of Wilson's interval for one standard deviation, which is not 0 where all are right (E. B. Wilson, "Probable
     * Inference, the Law of Succession, and Statistical Inference", 1927).
     */
    public OptionalDouble uncertainty() {
        int n = samples.length;
        if (n < 2) {
            return OptionalDouble.empty();
        }
        double mean = Arrays.stream(samples).average().orElseThrow();
        if (first().isCount() && isCounted(samples)) {
            double p = mean / 100;
            return OptionalDouble.of(100 * Math.sqrt(p * (1 - p) / n + 1 / (4.0 * n * n)) / (1 + 1.0 / n));
        }
        double squares =
                Arrays.stream(samples).map(x -> (x - mean) * (x - mean)).sum();
        return OptionalDouble.of(Math.sqrt(squares / (n - 1) / n));
    }

    /** Whether a sample is right or wrong and nothing between. */
    static boolean isCounted(double[] samples) {
        return Arrays.stream(samples).allMatch(x -> x == 0 || x == 100);
    }

    /** A figure as tables show it: "91.60 ± 0.28" where it is the first one and its uncertainty is known. */
    public String text(Metric metric) {
        return text(figures, uncertainty(), metric);
    }

    /** The same from parts; a dash where there is no such figure. */
    public static String text(Map<Metric, Double> figures, OptionalDouble uncertainty, Metric metric) {
        Double value = figures.get(metric);
        if (value == null) {
            return "-";
        }
        boolean first = metric == figures.keySet().iterator().next();
        return first && uncertainty.isPresent()
                ? metric.text(value) + " ± " + metric.text(uncertainty.getAsDouble())
                : metric.text(value);
    }
}
