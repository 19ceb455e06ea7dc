package dev.signet.quantize.statistics;

import dev.signet.core.compute.Compute;
import java.util.Arrays;

/** Means and mean squares of a layer's inputs: what is left of its second moments where all of them have no room. */
final class InputPowers {
    /** Values that are gathered at a time. */
    private static final int GATHERED = 1 << 16;

    private final double[][] squares;
    private final double[][] sums;
    private final int d;
    private long columns;

    InputPowers(int groups, int d) {
        this.d = d;
        squares = new double[groups][d];
        sums = new double[groups][d];
    }

    /** Adds every {@code step}-th line of a chunk of samples. */
    void add(LayerSamples samples, Window.Lines lines, Compute compute) {
        int atOnce = Math.max(1, GATHERED / samples.line());
        compute.run(squares.length * d, task -> {
            int group = task / d;
            int row = task % d;
            float[] values = new float[Math.min(atOnce, lines.count()) * samples.line()];
            for (int done = 0; done < lines.count(); done += atOnce) {
                int count = Math.min(atOnce, lines.count() - done);
                samples.input(
                        group,
                        row,
                        new Window.Lines(lines.first() + done * lines.step(), lines.step(), count),
                        values,
                        0);
                for (int i = 0; i < count * samples.line(); i++) {
                    squares[group][row] += (double) values[i] * values[i];
                    sums[group][row] += values[i];
                }
            }
        });
        columns += (long) lines.count() * samples.line();
    }

    LayerStatistics statistics() {
        float[][] none = new float[squares.length][0];
        return new LayerStatistics(means(squares), none, means(sums), columns);
    }

    private float[][] means(double[][] all) {
        return Arrays.stream(all)
                .map(ofGroup -> {
                    float[] means = new float[d];
                    for (int i = 0; i < d; i++) {
                        means[i] = (float) (columns > 0 ? ofGroup[i] / columns : 0);
                    }
                    return means;
                })
                .toArray(float[][]::new);
    }
}
