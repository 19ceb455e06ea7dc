package dev.signet.quantize.input;

import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well a network does with pictures of one range, in nats (natural logarithms of likelihoods, up to a constant). What a
 * network was trained with leaves its traces: stored means and variances; a first bias that takes back the mean of what the
 * filters see; channels that vary by about 1 rather than by a hundredth or a hundred, most of them about zero; pictures that
 * come out as they went in.
 */
final class RangeEvidence {
    /** Filters are not independent witnesses of the input's mean. */
    private static final int WITNESSES = 12;

    private static final int FRONT = 5;
    private static final double USUAL_LOG_DEVIATION = -0.6;
    private static final double SPREAD = 0.9;

    private final List<RangeProbe.Observed> observed;
    private final Moments[] moments;
    private double outputSquares;
    private double outputValues;
    private final List<Double> likeness = new ArrayList<>();
    private boolean broken;

    /** Sums over all pictures, for each channel. */
    private static final class Moments {
        private double[] sum = new double[0];
        private double[] squares = new double[0];
        private double count;

        void add(Tensor tensor) {
            int channels = tensor.shape().length < 2 ? 1 : Math.toIntExact(tensor.shape()[1]);
            if (sum.length == 0) {
                sum = new double[channels];
                squares = new double[channels];
            }
            int inner = 1;
            for (int i = 2; i < tensor.shape().length; i++) {
                inner *= Math.toIntExact(tensor.shape()[i]);
            }
            float[] values = tensor.values();
            for (int start = 0; start + inner <= values.length; start += Math.max(1, inner)) {
                double here = 0;
                double hereSquared = 0;
                for (int i = start; i < start + inner; i++) {
                    here += values[i];
                    hereSquared += (double) values[i] * values[i];
                }
                sum[start / inner % channels] += here;
                squares[start / inner % channels] += hereSquared;
            }
            count += values.length / (double) channels;
        }

        double mean(int c) {
            return sum[c] / count;
        }

        double deviation(int c) {
            return Math.sqrt(Math.max(1e-18, squares[c] / count - mean(c) * mean(c)));
        }

        int channels() {
            return sum.length;
        }
    }

    RangeEvidence(List<RangeProbe.Observed> observed) {
        this.observed = observed;
        moments = new Moments[observed.size()];
        Arrays.setAll(moments, i -> new Moments());
    }

    /**
     * What the network did with one picture.
     *
     * @param output the network's output; null where it was not looked at
     * @param similar how much of the output is the picture, as a squared correlation, and the log of how far its values are off
     */
    void add(Map<String, Tensor> seen, @Nullable Tensor output, @Nullable PictureLikeness similar) {
        for (int i = 0; i < moments.length; i++) {
            Tensor tensor = seen.get(observed.get(i).tensor());
            if (tensor != null) {
                moments[i].add(tensor);
            }
        }
        if (output != null) {
            for (float value : output.values()) {
                broken |= !Float.isFinite(value);
                outputSquares += (double) value * value;
            }
            outputValues += output.values().length;
        }
        if (similar != null) {
            likeness.add(similar.nats());
        }
    }

    /** Root mean square of the output. */
    double outputLevel() {
        return outputValues > 0 ? Math.sqrt(outputSquares / outputValues) : 0;
    }

    boolean hasStored() {
        return observed.stream().anyMatch(RangeProbe.Observed::isNormalized);
    }

    /** Whether the network gives the pictures that it gets. */
    boolean keepsPictures() {
        return likeness.stream().anyMatch(nats -> nats > 0);
    }

    double nats() {
        if (broken) {
            return -100;
        }
        double nats;
        if (keepsPictures()) {
            // Restoration networks are nearly linear: their layers work at any scale, and only the picture tells.
            nats = likeness.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        } else {
            nats = hasStored() ? stored() : bias() + front() + centred();
        }
        return Double.isFinite(nats) ? nats : -100;
    }

    /** How far stored statistics are off, in deviations and in logs of deviations; the middle one of each layer's channels. */
    private double stored() {
        List<Double> distances = new ArrayList<>();
        for (int i = 0; i < moments.length; i++) {
            RangeProbe.Observed one = observed.get(i);
            if (one.isNormalized() && moments[i].channels() == one.mean().length) {
                double[] distance = new double[one.mean().length];
                for (int c = 0; c < distance.length; c++) {
                    double log = Math.log(moments[i].deviation(c) / Math.max(1e-9, one.deviation()[c]));
                    double shift = (moments[i].mean(c) - one.mean()[c]) / Math.max(1e-9, one.deviation()[c]);
                    distance[c] = log * log + Math.min(shift * shift, 25);
                }
                distances.add(median(distance));
            }
        }
        return -4
                * distances.stream()
                        .limit(FRONT)
                        .mapToDouble(d -> Math.min(d, 30))
                        .average()
                        .orElse(0);
    }

    /** The first layer's bias takes back the mean of its inputs: what is left is small against what it was. */
    private double bias() {
        for (int i = 0; i < moments.length; i++) {
            double[] norms = observed.get(i).norms();
            if (norms.length > 0 && norms.length == moments[i].channels()) {
                double largest = Arrays.stream(norms).max().orElse(0);
                double rest = 0;
                int filters = 0;
                for (int c = 0; c < norms.length; c++) {
                    if (norms[c] > 1e-3 * largest) {
                        double left = moments[i].mean(c) / norms[c];
                        rest += left * left;
                        filters++;
                    }
                }
                return -Math.min(filters, WITNESSES) / 2.0 * Math.log(Math.max(rest, 1e-12));
            }
        }
        return 0;
    }

    /** The first layers vary by about 1. */
    private double front() {
        double squares = 0;
        int layers = 0;
        for (int i = 0; i < moments.length && layers < FRONT; i++) {
            if (!observed.get(i).isNormalized() && moments[i].channels() > 0) {
                Moments own = moments[i];
                double log = median(logs(own)) - USUAL_LOG_DEVIATION;
                squares += Math.min(Math.abs(log), 8);
                layers++;
            }
        }
        double off = layers == 0 ? 0 : squares / layers / SPREAD;
        return -off * off / 2;
    }

    private static double[] logs(Moments moments) {
        double[] logs = new double[moments.channels()];
        Arrays.setAll(logs, c -> Math.log(moments.deviation(c)));
        return logs;
    }

    /** Channels lie about zero, where a ReLU cuts them in two, rather than being dead or never cut. */
    private double centred() {
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < moments.length; i++) {
            if (!observed.get(i).isNormalized() && moments[i].channels() > 0) {
                Moments own = moments[i];
                double[] off = new double[own.channels()];
                Arrays.setAll(off, c -> Math.abs(own.mean(c)) / own.deviation(c));
                all.add(median(off));
            }
        }
        if (all.isEmpty()) {
            return 0;
        }
        double middle = median(all.stream().mapToDouble(Double::doubleValue).toArray());
        return -3 * Math.log(Math.clamp(middle, 0.2, 5));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
