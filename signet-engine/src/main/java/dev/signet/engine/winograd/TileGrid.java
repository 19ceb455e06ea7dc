package dev.signet.engine.winograd;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;

/**
 * The output of a convolution with stride 1, cut into the tiles of a Winograd convolution. Rows of tiles of all images are
 * numbered one after the other and shared out in bands; the tiles of a band are numbered row by row and shared out in strips of
 * {@link Kernels#COLUMNS}.
 *
 * @param tile the tile
 * @param images images in the batch
 * @param channels channels that a filter reads
 * @param filters filters of a group
 * @param groups groups of channels and filters
 * @param inputHeight height of an input image
 * @param inputWidth its width
 * @param outputHeight height of an output image
 * @param outputWidth its width
 * @param top rows of zeros above the input
 * @param left columns of zeros beside the input
 * @param bandRows rows of tiles of a band; the last band may have fewer
 */
public record TileGrid(
        WinogradTile tile,
        int images,
        int channels,
        int filters,
        int groups,
        int inputHeight,
        int inputWidth,
        int outputHeight,
        int outputWidth,
        int top,
        int left,
        int bandRows) {
    static final int WIDTH = Kernels.COLUMNS;

    // Rows of split images are multiples of this.
    private static final int ROUND = 16;

    // Added to lengths that are likely to be powers of two: lines at such
    // distances fight for the same places in a cache.
    private static final int OFF_POWER = 16;

    /** Whether workers find enough bands to take some each. */
    boolean isSharedInBands(int workers) {
        int pieces = bands() * groups;
        return pieces % workers == 0 || pieces >= 2 * workers;
    }

    /** The same tiles in bands of {@code rows} rows of tiles. */
    TileGrid inBandsOf(int rows) {
        return new TileGrid(
                tile,
                images,
                channels,
                filters,
                groups,
                inputHeight,
                inputWidth,
                outputHeight,
                outputWidth,
                top,
                left,
                rows);
    }

    /** Tiles one below the other in an image. */
    int tilesY() {
        return Math.ceilDiv(outputHeight, tile.outputs());
    }

    /** Tiles side by side. */
    int tilesX() {
        return Math.ceilDiv(outputWidth, tile.outputs());
    }

    /** Rows of tiles of all images. */
    int rows() {
        return Math.multiplyExact(images, tilesY());
    }

    /** Input rows of {@code count} rows of tiles, one below the other. */
    int inputRows(int count) {
        return tile.outputs() * (count - 1) + tile.inputs();
    }

    /** Number of bands. */
    int bands() {
        return Math.ceilDiv(rows(), bandRows);
    }

    /** Rows of tiles of band {@code band}. */
    int rows(int band) {
        return Math.min(bandRows, rows() - band * bandRows);
    }

    /** Tiles of band {@code band}. */
    int tiles(int band) {
        return rows(band) * tilesX();
    }

    /** Strips of the largest band. */
    int strips() {
        return Math.ceilDiv(Math.multiplyExact(bandRows, tilesX()), WIDTH);
    }

    /** Blocks of {@link Kernels#COLUMNS} filters. */
    int blocks() {
        return Math.ceilDiv(filters, WIDTH);
    }

    /** Floats from one phase of a split row to the next. */
    int phaseStride() {
        int reach = (tile.inputs() - 1) / tile.outputs();
        return Math.ceilDiv(tilesX() + reach, ROUND) * ROUND;
    }

    /** Floats from one split row to the next. */
    int splitRow() {
        return Math.multiplyExact(tile.outputs(), phaseStride());
    }

    /** Floats from one line of sums to the next, while the tiles of one channel are transformed. */
    int lineStride() {
        return strips() * WIDTH + OFF_POWER;
    }

    /** Floats of one point's matrix of {@code depth} channels by {@link Kernels#COLUMNS} tiles or filters. */
    static int blockFloats(int depth) {
        return Math.addExact(Math.multiplyExact(depth, WIDTH), OFF_POWER);
    }

    /** Floats of the points of all weights of a group. */
    int weightFloats() {
        return Math.multiplyExact(Math.multiplyExact(blocks(), tile.points()), blockFloats(channels));
    }

    /** Floats of all transformed tiles of a band. */
    int transformedFloats() {
        return Math.multiplyExact(Math.multiplyExact(strips(), tile.points()), blockFloats(channels));
    }

    /** Where the points of strip {@code strip} start in the transformed tiles. */
    int stripStart(int strip) {
        return strip * tile.points() * blockFloats(channels);
    }

    /**
     * Where outputs of {@code count} tiles go in the output planes, counted from the start of a filter's plane in the first image;
     * -1 if some of them lie in other rows of tiles, or beyond the image.
     */
    int place(int band, int first, int count) {
        int m = tile.outputs();
        int row = band * bandRows + first / tilesX();
        int top = row % tilesY() * m;
        int left = first % tilesX() * m;
        if (left + count * m > outputWidth || top + m > outputHeight) {
            return -1;
        }
        return (row / tilesY() * groups * filters * outputHeight + top) * outputWidth + left;
    }

    /**
     * Copies finished outputs of a filter to the images.
     *
     * @param band the band
     * @param first the first tile
     * @param count number of tiles
     * @param z outputs: {@code m} rows of {@code m * count} or more
     * @param at where they start
     * @param rowFloats distance between these rows
     * @param y output images
     * @param filter the filter, among those of all groups
     */
    void store(int band, int first, int count, float[] z, int at, int rowFloats, float[] y, int filter) {
        int m = tile.outputs();
        int tilesX = tilesX();
        int tilesY = tilesY();
        for (int n = first; n < first + count; ) {
            int row = band * bandRows + n / tilesX;
            int column = n % tilesX;
            int tiles = Math.min(tilesX - column, first + count - n);
            int top = row % tilesY * m;
            int height = Math.min(m, outputHeight - top);
            int left = column * m;
            int width = Math.min(outputWidth, left + tiles * m) - left;
            int plane = row / tilesY * groups * filters + filter;
            int to = (plane * outputHeight + top) * outputWidth + left;
            int from = at + (n - first) * m;
            for (int r = 0; r < height; r++) {
                System.arraycopy(z, from + r * rowFloats, y, to + r * outputWidth, width);
            }
            n += tiles;
        }
    }
}
