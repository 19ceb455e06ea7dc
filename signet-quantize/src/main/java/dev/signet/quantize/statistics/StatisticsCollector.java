package dev.signet.quantize.statistics;

import dev.signet.core.compute.Compute;
import dev.signet.quantize.walk.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Collects the statistics of one layer, chunk by chunk and channel group by channel group. Beside the chunk at hand (all chunks,
 * where there are several groups) it holds one panel of some million values and the sums of one group, [(d + filters + 1) x d] in
 * fp64: 189 MB for 512 filters of 4,608 inputs.
 */
final class StatisticsCollector {
    /** Weight of the samples' mean columns against all columns together. */
    private static final double POOLED = 1;

    /** The few weights of a depthwise filter are not worth the time that the means take. */
    private static final int MOST_GROUPS_WITH_MEANS = 16;

    /** Columns that one matrix product needs at the least to be worth it, in multiples of d. */
    private static final int ENOUGH_COLUMNS = 48;

    private final Layer layer;
    private final Compute compute;
    private final int groups;
    private final int filters;
    private final int d;
    private final int chunks;
    private final LayerSamples first;
    private final List<LayerSamples> kept;
    private final int stride;

    private StatisticsCollector(Layer layer, LayerSamples first, Compute compute) {
        this.layer = layer;
        this.first = first;
        this.compute = compute;
        groups = SampleReader.groups(layer);
        filters = layer.tensor().view().filters() / groups;
        d = layer.tensor().view().inputs();
        chunks = layer.quantizedInputs().size();
        // With several groups every chunk is wanted again and again; with one it is read once and let go.
        kept = groups == 1
                ? List.of()
                : IntStream.range(0, chunks)
                        .mapToObj(chunk -> read(layer, chunk))
                        .toList();
        stride = stride();
    }

    /** A collector; empty where the layer's geometry has no Gram matrix per filter, or its bias is not known. */
    static Optional<StatisticsCollector> of(Layer layer, Compute compute) {
        return layer.bias().isKnown()
                ? SampleReader.samples(layer, 0).map(first -> new StatisticsCollector(layer, first, compute))
                : Optional.empty();
    }

    LayerStatistics collect() {
        float[] bias = layer.bias().ofChannels();
        float[][] grams = new float[groups][];
        float[][] correlations = new float[groups][];
        float[][] means = new float[groups][];
        long rows = 0;
        // One row more: ones, whose correlation with the inputs is the inputs' mean.
        try (var accumulator = new GramAccumulator(d, filters + 1, first.line(), compute.threads())) {
            for (int g = 0; g < groups; g++) {
                accumulator.reset();
                rows = 0;
                for (int chunk = 0; chunk < chunks; chunk++) {
                    rows += add(chunk, g, accumulator);
                }
                grams[g] = accumulator.gram();
                float[] correlation = accumulator.correlation();
                correlations[g] = withoutBias(correlation, bias, g);
                means[g] = Arrays.copyOfRange(correlation, filters * d, (filters + 1) * d);
            }
        }
        return new LayerStatistics(grams, correlations, means, rows);
    }

    private static LayerSamples read(Layer layer, int chunk) {
        return SampleReader.samples(layer, chunk).orElseThrow();
    }

    /** Adds a chunk to the sums of a group; how many columns were taken of it. */
    private long add(int chunk, int group, GramAccumulator accumulator) {
        LayerSamples samples = groups > 1 ? kept.get(chunk) : chunk == 0 ? first : read(layer, chunk);
        int start = Math.floorMod(-chunk * samples.lines(), stride);
        int lines = Math.max(0, Math.ceilDiv(samples.lines() - start, stride));
        accumulator.add(lines, samples.line(), 1, compute, (row, from, count, into, at) -> {
            var taken = new Window.Lines(start + from * stride, stride, count);
            if (row < d) {
                samples.input(group, row, taken, into, at);
            } else if (row < d + filters) {
                samples.output(group, row - d, taken, into, at);
            } else {
                Arrays.fill(into, at, at + count * samples.line(), 1);
            }
        });
        long columns = (long) lines * samples.line();
        if (groups <= MOST_GROUPS_WITH_MEANS) {
            addMeans(samples, accumulator, group, POOLED * columns / samples.samples());
        }
        return columns;
    }

    /**
     * Adds the mean column of each sample with the weight of the columns that were taken of it: what is wrong all over an image
     * does not average out behind the layer, as what is wrong at single positions does.
     */
    private void addMeans(LayerSamples samples, GramAccumulator accumulator, int group, double weight) {
        float root = (float) Math.sqrt(weight);
        float[][] means = new float[samples.samples()][d + filters];
        compute.run(means.length, sample -> samples.means(group, sample, means[sample]));
        accumulator.add(means.length, 1, weight, compute, (row, from, count, into, at) -> {
            for (int i = 0; i < count; i++) {
                // The mean column's own entry in the row of ones is 1.
                into[at + i] = root * (row < d + filters ? means[from + i][row] : 1);
            }
        });
    }

    /**
     * Every how many lines one is taken: 1, unless there are so many more columns than unknowns that the rest would only cost
     * time. Odd, so that the lines taken do not all lie at the same side of the images.
     */
    private int stride() {
        long columns = (long) first.lines() * first.line() * chunks;
        long enough = Math.max(65_536, (long) ENOUGH_COLUMNS * d) / Math.max(1, groups / 16);
        return (int) Math.max(1, columns / enough | 1);
    }

    /** The mean of (y - b) x^T is the mean of y x^T less b times the mean of x. */
    private float[] withoutBias(float[] correlation, float[] bias, int group) {
        float[] result = new float[filters * d];
        for (int f = 0; f < filters; f++) {
            float b = bias[group * filters + f];
            for (int i = 0; i < d; i++) {
                result[f * d + i] = correlation[f * d + i] - b * correlation[filters * d + i];
            }
        }
        return result;
    }
}
