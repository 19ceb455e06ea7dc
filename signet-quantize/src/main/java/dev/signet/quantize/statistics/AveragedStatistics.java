package dev.signet.quantize.statistics;

import java.util.Optional;

/**
 * The statistics of several layers that use the same weights, averaged.
 *
 * @param statistics the mean over the layers
 * @param count how many layers they are
 */
public record AveragedStatistics(LayerStatistics statistics, int count) {
    /** The mean with one more layer. */
    AveragedStatistics with(LayerStatistics one) {
        return new AveragedStatistics(statistics.averagedWith(one, count), count + 1);
    }

    /** The mean of one layer and others, if there are any. */
    public static LayerStatistics of(LayerStatistics one, Optional<AveragedStatistics> others) {
        return others.map(all -> all.with(one).statistics()).orElse(one);
    }
}
