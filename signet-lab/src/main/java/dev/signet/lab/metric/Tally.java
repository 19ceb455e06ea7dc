package dev.signet.lab.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What was measured on some of the images, in a form that adds up exactly: a metric is the sum of its parts, in their order, over the
 * number of images. Whole numbers may be added up beforehand, in any order; what is not whole stays one part for each image, so that
 * shards give the same sum, to the bit, as all images at once.
 *
 * @param images how many they are
 * @param parts of each metric, the metric to look at first in front
 */
public record Tally(int images, SequencedMap<Metric, double[]> parts) {
    /** Puts shards together, in the order of their images. @throws IllegalArgumentException if there are none */
    public static Tally of(List<Tally> shards) {
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("no shards");
        }
        SequencedMap<Metric, List<double[]>> pieces = new LinkedHashMap<>();
        for (Tally shard : shards) {
            shard.parts.forEach((metric, values) ->
                    pieces.computeIfAbsent(metric, key -> new ArrayList<>()).add(values));
        }
        SequencedMap<Metric, double[]> parts = new LinkedHashMap<>();
        pieces.forEach((metric, values) -> parts.put(
                metric, values.stream().flatMapToDouble(Arrays::stream).toArray()));
        return new Tally(shards.stream().mapToInt(Tally::images).sum(), parts);
    }

    /** The metrics. */
    public SequencedMap<Metric, Double> means() {
        SequencedMap<Metric, Double> means = new LinkedHashMap<>();
        parts.forEach((metric, values) -> {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            means.put(metric, sum / images);
        });
        return means;
    }

    /** The metrics, and single images' figures where the parts of the first metric are those. */
    public Measured measured() {
        double[] first = parts.isEmpty() ? new double[0] : parts.firstEntry().getValue();
        return new Measured(means(), first.length == images ? first.clone() : new double[0]);
    }
}
