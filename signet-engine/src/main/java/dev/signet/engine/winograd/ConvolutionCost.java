package dev.signet.engine.winograd;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.product.CostModel;
import dev.signet.engine.product.FilterProduct;

/**
 * What a convolution costs, about: in the time in which a micro-kernel of {@link Kernels#multiplyFilters} does one row of one step of
 * its depth, which is one cycle with AVX-512, and two on a Zen 4. The constants were measured on a Zen 5, those of {@link Steps} on a Zen 4;
 * what matters is where two algorithms cost the same, and that differs little from one machine to another.
 *
 * @param kernels the arithmetic
 * @param decodes whether weights are decoded in every run
 * @param workers how many share the work
 */
record ConvolutionCost(Kernels kernels, boolean decodes, int workers) {
    private static final int WIDTH = Kernels.COLUMNS;

    /** A byte of weights that come from beyond the L2 cache. */
    private static final double FAR_BYTE = 0.1;

    private static final int NEAR_BYTES = 1 << 20;

    /** Decoding a weight for a sum over taps. */
    private static final double DECODED_WEIGHT = 0.5;

    /** Copying an input to padded planes, or an output through the epilogue. */
    private static final double COPIED = 0.6;

    /** What a Winograd convolution costs besides its parts: caches that they share, sums that start at zero. */
    private static final double OVERHEAD = 1.1;

    /** Loading and storing the sums of a row of a micro-kernel, which are as many whatever the depth. */
    private static final double SUMS = 6;

    /** Fetching a vector that another core has just written. */
    private static final double FOREIGN = 25;

    /** Tiles of a vector. */
    private static final int LANES = 16;

    /** The sum over taps for all images and groups. */
    double direct(TileGrid grid) {
        int depth = grid.tile().taps() * grid.channels();
        // Rows are followed by a column of zeros.
        int columns = grid.outputHeight() * (grid.inputWidth() + grid.left());
        double byPanels = CostModel.microKernels(kernels, grid.filters()) * Math.ceilDiv(columns, WIDTH);
        double byFilters = CostModel.microKernels(kernels, columns) * Math.ceilDiv(grid.filters(), WIDTH)
                + FilterProduct.TURNING * columns * grid.filters() / depth;
        double products = depth * (decodes ? byPanels : Math.min(byPanels, byFilters));
        double moved = COPIED * columns * (grid.channels() + grid.filters());
        long weights = (long) depth * grid.filters();
        double perImage = products + moved + weights(weights, DECODED_WEIGHT * weights);
        return grid.images() * grid.groups() * perImage / workers;
    }

    // Decoded weights are near when they are used.
    private double weights(long floats, double decoding) {
        return decodes ? decoding : Math.max(0, (double) floats * Float.BYTES - NEAR_BYTES) * FAR_BYTE;
    }

    /**
     * What the steps of a Winograd convolution besides its products cost.
     *
     * @param row summing a row of tiles up over the rows of its inputs, for a channel
     * @param rowVector more of it for each vector of tiles
     * @param columns the sums over the columns, for each vector of tiles
     * @param channel all this for a tile and a channel where channels lie along the vectors
     * @param pixels a vector of tiles to pixels, for a filter
     * @param outputs a tile to outputs, for a block of filters
     * @param decoded decoding a window and turning it to points
     */
    private record Steps(
            double row,
            double rowVector,
            double columns,
            double channel,
            double pixels,
            double outputs,
            double decoded) {
        static Steps of(WinogradTile tile) {
            return switch (tile) {
                case TWO -> new Steps(60, 60, 52, 12, 115, 190, 8);
                case FOUR -> new Steps(90, 160, 132, 26, 255, 500, 20);
                case TWO_OF_FIVE -> new Steps(60, 130, 132, 26, 190, 300, 30);
            };
        }
    }

    private double products(int rows, int points, int channels) {
        return points * (CostModel.microKernels(kernels, rows) * channels + SUMS * rows);
    }

    /** A Winograd convolution for all images and groups. */
    double winograd(TileGrid grid) {
        Steps steps = Steps.of(grid.tile());
        int points = grid.tile().points();
        double cost = 0;
        for (int band = 0; band < grid.bands(); band++) {
            int strips = Math.ceilDiv(grid.tiles(band), WIDTH);
            if (ChannelInput.pays(grid, kernels.transforms())) {
                cost += steps.channel() * grid.channels() * grid.tiles(band);
            } else {
                double row = steps.row() + steps.rowVector() * Math.ceilDiv(grid.tilesX(), LANES);
                double columns = steps.columns() * Math.ceilDiv(grid.tiles(band), LANES);
                cost += grid.channels() * (grid.rows(band) * row + columns);
            }
            for (int block = 0; block < grid.blocks(); block++) {
                int filters = Math.min(WIDTH, grid.filters() - block * WIDTH);
                for (int strip = 0; strip < strips; strip++) {
                    int tiles = Math.min(WIDTH, grid.tiles(band) - strip * WIDTH);
                    double along = products(filters, points, grid.channels())
                            + filters * Math.ceilDiv(tiles, LANES) * steps.pixels();
                    double across = products(tiles, points, grid.channels()) + tiles * steps.outputs();
                    cost += Math.min(along, across);
                }
            }
            long windows = (long) grid.blocks() * WIDTH * grid.channels();
            cost += weights(points * windows, windows * steps.decoded());
        }
        double foreign = 0;
        if (!grid.isSharedInBands(workers)) {
            long vectors = (long) grid.bands() * points * grid.channels() * Math.ceilDiv(grid.tiles(0), LANES);
            foreign = FOREIGN * vectors * (workers - 1) / workers;
        }
        return grid.groups() * (OVERHEAD * cost / workers + foreign);
    }
}
