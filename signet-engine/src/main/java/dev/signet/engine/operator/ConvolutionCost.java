package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;

/**
 * What a convolution costs, about: in the time in which a tile of {@link Kernels#multiplyFilters} does one row of one step of
 * its depth, which is one cycle with AVX-512. The constants were measured one by one on an AMD Zen 5 ({@code docs/benchmarks.md});
 * what matters is where two algorithms cost the same, and that differs little from one machine to another.
 *
 * @param kernels the arithmetic
 * @param decodes whether weights are decoded in every run
 */
record ConvolutionCost(Kernels kernels, boolean decodes) {
    private static final int WIDTH = Kernels.COLUMNS;

    /** A byte of weights that come from beyond the L2 cache. */
    private static final double FAR_BYTE = 0.1;

    private static final int NEAR_BYTES = 1 << 20;

    /** Decoding a weight for a sum over taps. */
    private static final double DECODED_WEIGHT = 0.5;

    /** Decoding a window and turning it to points: 16 or 36 of them. */
    private static final double DECODED_WINDOW_TWO = 8;

    private static final double DECODED_WINDOW_FOUR = 20;

    /** Copying an input to padded planes, or an output through the epilogue. */
    private static final double COPIED = 0.6;

    /** What a Winograd convolution costs besides its parts: caches that they share, sums that start at zero. */
    private static final double OVERHEAD = 1.2;

    /** Vectors of a row of tiles. */
    private static final int LANES = 16;

    /** The sum over taps for all images and groups. */
    double direct(TileGrid grid) {
        int depth = grid.tile().taps() * grid.channels();
        // Rows are followed by a column of zeros.
        int columns = grid.outputHeight() * (grid.inputWidth() + grid.left());
        double byPanels = Product.tiles(kernels, grid.filters()) * Math.ceilDiv(columns, WIDTH);
        double byFilters = Product.tiles(kernels, columns) * Math.ceilDiv(grid.filters(), WIDTH)
                + FilterProduct.TURNING * columns * grid.filters() / depth;
        double products = depth * (decodes ? byPanels : Math.min(byPanels, byFilters));
        double moved = COPIED * columns * (grid.channels() + grid.filters());
        long weights = (long) depth * grid.filters();
        double perImage = products + moved + weights(weights, DECODED_WEIGHT * weights);
        return grid.images() * grid.groups() * perImage;
    }

    // Decoded weights are near when they are used.
    private double weights(long floats, double decoding) {
        return decodes ? decoding : Math.max(0, (double) floats * Float.BYTES - NEAR_BYTES) * FAR_BYTE;
    }

    /** A Winograd convolution for all images and groups. */
    double winograd(TileGrid grid) {
        boolean four = grid.tile() == WinogradTile.FOUR;
        int points = grid.tile().points();
        double cost = 0;
        for (int band = 0; band < grid.bands(); band++) {
            int vectors = Math.ceilDiv(grid.tilesX(), LANES);
            int strips = Math.ceilDiv(grid.tiles(band), WIDTH);
            double row = four ? 230 + 180 * vectors : 150 + 41 * vectors;
            cost += grid.channels() * (grid.rows(band) * row + strips * points * 4.6);
            for (int block = 0; block < grid.blocks(); block++) {
                int filters = Math.min(WIDTH, grid.filters() - block * WIDTH);
                for (int strip = 0; strip < strips; strip++) {
                    int tiles = Math.min(WIDTH, grid.tiles(band) - strip * WIDTH);
                    double along =
                            Product.tiles(kernels, filters) * points * grid.channels() + filters * (four ? 700 : 380);
                    double across =
                            Product.tiles(kernels, tiles) * points * grid.channels() + tiles * (four ? 1200 : 400);
                    cost += Math.min(along, across);
                }
            }
            long windows = (long) grid.blocks() * WIDTH * grid.channels();
            cost += weights(points * windows, windows * (four ? DECODED_WINDOW_FOUR : DECODED_WINDOW_TWO));
        }
        return OVERHEAD * grid.groups() * cost;
    }
}
