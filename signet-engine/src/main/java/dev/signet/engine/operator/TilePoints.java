package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;

/**
 * The points of all 3 x 3 windows of a group of filters, made once: block of filters by block, in each block point by point as
 * {@link WindowPoints#decode} writes them. Where there are so many that they come from memory in every run, they may be kept as
 * 16-bit numbers with a step for each filter of each point: half the bytes, and an error of at most half a step, which is
 * 1.5e-5 of the filter's largest point.
 *
 * @param exact the points, or empty
 * @param rounded the points in steps, or empty
 * @param steps {@link Kernels#COLUMNS} steps for each point of each block, or empty
 */
record TilePoints(float[] exact, short[] rounded, float[] steps) {
    /** None: they are made in every run. */
    static final TilePoints NONE = new TilePoints(new float[0], new short[0], new float[0]);

    /** More than this does not stay in the L2 cache. */
    private static final int NEAR_FLOATS = 1 << 18;

    private static final int WIDTH = Kernels.COLUMNS;

    /** The points of {@code weights}; {@code rounding} allows 16-bit numbers. */
    static TilePoints of(Kernels kernels, WinogradTile tile, WeightRows weights, boolean rounding) {
        float[] points = WindowPoints.of(kernels, tile, weights);
        if (!rounding || !canRound(tile) || points.length <= NEAR_FLOATS) {
            return new TilePoints(points, NONE.rounded, NONE.steps);
        }
        int matrices = Math.ceilDiv(weights.rows(), WIDTH) * tile.points();
        int matrix = points.length / matrices;
        short[] rounded = new short[points.length];
        float[] steps = new float[matrices * WIDTH];
        for (int m = 0; m < matrices; m++) {
            for (int f = 0; f < WIDTH; f++) {
                steps[m * WIDTH + f] = round(points, m * matrix + f, (m + 1) * matrix, rounded);
            }
        }
        return new TilePoints(NONE.exact, rounded, steps);
    }

    /** Larger tiles take differences of larger sums, and make more of the error than may be. */
    private static boolean canRound(WinogradTile tile) {
        return tile == WinogradTile.TWO;
    }

    /** Rounds every {@link Kernels#COLUMNS}-th point; returns the step. */
    private static float round(float[] points, int from, int to, short[] rounded) {
        float largest = 0;
        for (int i = from; i < to; i += WIDTH) {
            largest = Math.max(largest, Math.abs(points[i]));
        }
        if (!(largest > 0)) {
            return 0;
        }
        float step = largest / Short.MAX_VALUE;
        for (int i = from; i < to; i += WIDTH) {
            rounded[i] = (short) Math.clamp(Math.round(points[i] / step), -Short.MAX_VALUE, Short.MAX_VALUE);
        }
        return step;
    }

    boolean areNone() {
        return exact.length + rounded.length == 0;
    }

    boolean areRounded() {
        return rounded.length > 0;
    }

    /** Bytes in memory. */
    long bytes() {
        return (long) Float.BYTES * (exact.length + steps.length) + (long) Short.BYTES * rounded.length;
    }
}
