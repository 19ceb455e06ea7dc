package dev.signet.quantize.figure;

import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.sample.CalibrationSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a network agrees with the original on a user's inputs, without labels: of scores (one row per sample, the first output)
 * the share of samples whose best class is the same; of other outputs the share of their variance that is no noise, in the worst.
 */
public final class Agreement implements UserMetric, AutoCloseable {
    private final CalibrationSamples samples;
    private final OutputFigures.Original original;
    private final String scores;
    private final List<int[]> classes;

    private Agreement(CalibrationSamples samples, OutputFigures.Original original, String scores, List<int[]> classes) {
        this.samples = samples;
        this.original = original;
        this.scores = scores;
        this.classes = classes;
    }

    /**
     * Runs the original.
     *
     * @param samples the user's; closed with this
     */
    public static Agreement of(OnnxRuntimeModel original, CalibrationSamples samples) {
        String first = original.outputs().getFirst().name();
        List<int[]> classes = new ArrayList<>();
        samples.chunks().forEach(chunk -> classes.add(best(original.run(chunk).get(first))));
        boolean scored = classes.stream().allMatch(rows -> rows.length > 0);
        return new Agreement(samples, OutputFigures.Original.of(original, samples), scored ? first : "", classes);
    }

    @Override
    public String name() {
        return scores.isEmpty()
                ? String.format(Locale.ROOT, "agreement with the original's outputs on %d samples", samples.count())
                : String.format(Locale.ROOT, "agreement with the original's best class on %d samples", samples.count());
    }

    @Override
    public double drop(OnnxRuntimeModel quantized) {
        if (scores.isEmpty()) {
            double worst = OutputFigures.worst(OutputFigures.measure(original, quantized))
                    .orElse(Double.POSITIVE_INFINITY);
            return 100 * Math.min(1, Math.pow(10, -worst / 10));
        }
        int differ = 0;
        int all = 0;
        for (int i = 0; i < classes.size(); i++) {
            Map<String, Tensor> outputs = quantized.run(samples.chunks().get(i));
            int[] found = best(outputs.get(scores));
            for (int row = 0; row < found.length; row++) {
                differ += found[row] == classes.get(i)[row] ? 0 : 1;
                all++;
            }
        }
        return 100.0 * differ / all;
    }

    /** The best class of each row; empty where the tensor has no rows of scores. */
    private static int[] best(@Nullable Tensor tensor) {
        if (tensor == null || tensor.shape().length != 2 || tensor.shape()[1] < 2) {
            return new int[0];
        }
        int columns = Math.toIntExact(tensor.shape()[1]);
        int[] best = new int[Math.toIntExact(tensor.shape()[0])];
        float[] values = tensor.values();
        for (int i = 0; i < values.length; i++) {
            int row = i / columns;
            if (values[i] > values[row * columns + best[row]]) {
                best[row] = i % columns;
            }
        }
        return best;
    }

    @Override
    public void close() {
        samples.close();
    }
}
