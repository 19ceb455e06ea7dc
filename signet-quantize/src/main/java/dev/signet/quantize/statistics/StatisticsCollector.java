package dev.signet.quantize.statistics;

import dev.signet.core.compute.Compute;
import dev.signet.quantize.walk.Layer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Collects the statistics of one layer, chunk by chunk and channel group by channel group. Beside the chunk at hand it holds one
 * panel of some million values and the sums of all groups, [(d + filters + 1) x d] each in fp64: 189 MB for 512 filters of 4,608
 * inputs. Of layers for which that is too much it collects the diagonal.
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
    private final int stride;

    private StatisticsCollector(Layer layer, LayerSamples first, Compute compute) {
        this.layer = layer;
        this.first = first;
        this.compute = compute;
        groups = SampleReader.groups(layer);
        filters = layer.tensor().view().filters() / groups;
        d = layer.tensor().view().inputs();
        chunks = layer.quantizedInputs().size();
        stride = stride();
    }

    /** A collector; empty where the layer's geometry has no Gram matrix per filter, or its bias is not known. */
    static Optional<StatisticsCollector> of(Layer layer, Compute compute) {
        return layer.bias().isKnown()
                ? SampleReader.samples(layer, 0).map(first -> new StatisticsCollector(layer, first, compute))
                : Optional.empty();
    }

    LayerStatistics collect() {
        if (!LayerStatistics.fits(groups, d, (long) filters * groups, compute)) {
            var powers = new InputPowers(groups, d);
            for (int chunk = 0; chunk < chunks; chunk++) {
                LayerSamples samples = read(chunk);
                powers.add(samples, lines(chunk, samples), compute);
            }
            return powers.statistics();
        }
        return groups > MOST_GROUPS_WITH_MEANS && d + filters < SmallGrams.MOST_ROWS ? ofSmallGroups() : ofProducts();
    }

    private LayerStatistics ofProducts() {
        long rows = 0;
        // One row more: ones, whose correlation with the inputs is the inputs' mean.
        try (var sums = new GramAccumulator(groups, d, filters + 1, first.line(), compute.threads())) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                LayerSamples samples = read(chunk);
                for (int g = 0; g < groups; g++) {
                    sums.select(g);
                    rows += add(samples, lines(chunk, samples), g, sums);
                }
            }
            return statistics(
                    rows / groups,
                    group -> {
                        sums.select(group);
                        return sums.gram();
                    },
                    group -> {
                        sums.select(group);
                        return sums.correlation();
                    });
        }
    }

    private LayerStatistics ofSmallGroups() {
        var sums = new SmallGrams(groups, d, filters + 1);
        long[] rows = {0};
        for (int chunk = 0; chunk < chunks; chunk++) {
            LayerSamples samples = read(chunk);
            Window.Lines lines = lines(chunk, samples);
            int count = lines.count() * samples.line();
            compute.run(groups, group -> {
                float[] columns = new float[(d + filters + 1) * count];
                for (int row = 0; row < d + filters + 1; row++) {
                    write(samples, group, row, lines, columns, row * count);
                }
                sums.add(group, columns, count);
            });
            rows[0] += count;
        }
        return statistics(rows[0], sums::gram, sums::correlation);
    }

    private LayerStatistics statistics(long rows, IntFunction<float[]> gram, IntFunction<float[]> correlation) {
        float[] bias = layer.bias().ofChannels();
        float[][] grams = new float[groups][];
        float[][] correlations = new float[groups][];
        float[][] means = new float[groups][];
        for (int g = 0; g < groups; g++) {
            grams[g] = gram.apply(g);
            float[] all = correlation.apply(g);
            correlations[g] = withoutBias(all, bias, g);
            means[g] = Arrays.copyOfRange(all, filters * d, (filters + 1) * d);
        }
        return new LayerStatistics(grams, correlations, means, rows);
    }

    private LayerSamples read(int chunk) {
        return chunk == 0 ? first : SampleReader.samples(layer, chunk).orElseThrow();
    }

    /** The lines that are taken of a chunk. */
    private Window.Lines lines(int chunk, LayerSamples samples) {
        int start = Math.floorMod(-chunk * samples.lines(), stride);
        return new Window.Lines(start, stride, Math.max(0, Math.ceilDiv(samples.lines() - start, stride)));
    }

    /** Writes a row of [X; Y; 1]. */
    private void write(LayerSamples samples, int group, int row, Window.Lines lines, float[] into, int at) {
        if (row < d) {
            samples.input(group, row, lines, into, at);
        } else if (row < d + filters) {
            samples.output(group, row - d, lines, into, at);
        } else {
            Arrays.fill(into, at, at + lines.count() * samples.line(), 1);
        }
    }

    /** Adds a chunk to the sums of a group; how many columns were taken of it. */
    private long add(LayerSamples samples, Window.Lines lines, int group, GramAccumulator sums) {
        sums.add(lines.count(), samples.line(), 1, compute, (row, from, count, into, at) -> {
            var taken = new Window.Lines(lines.first() + from * stride, stride, count);
            write(samples, group, row, taken, into, at);
        });
        long columns = (long) lines.count() * samples.line();
        if (groups <= MOST_GROUPS_WITH_MEANS) {
            addMeans(samples, sums, group, POOLED * columns / samples.samples());
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
        long enough = Math.max(24_576, (long) ENOUGH_COLUMNS * d) / Math.max(1, groups / 16);
        return Math.toIntExact(Math.max(1, columns / enough | 1));
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
