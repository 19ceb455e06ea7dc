package dev.signet.engine.winograd;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.product.CostModel;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.WeightRows;

/**
 * The other steps of a Winograd convolution for one worker: for each point the product of weights and tiles, and the way back
 * from points to outputs. Either tiles or filters lie along the vectors, whichever leaves fewer of their lanes empty; both are
 * stored in the same way, so that the same kernel serves both.
 */
final class WinogradMultiplication {
    /** Turning one sum round costs as much as so many products in a row of a micro-kernel. */
    private static final double TURNING = 1.2;

    private static final int WIDTH = TileGrid.WIDTH;

    // The rows of sums of one point, with room for a panel that is rounded up; not a power of two.
    private static final int POINT = (WIDTH + 8) * WIDTH;

    // Tiles whose pixels are made at a time.
    private static final int TILES = 16;

    // Channels of weights that are decoded at a time: with 36 points they take 300 KB.
    private static final int DECODED = 64;

    private final TileGrid grid;
    private final Kernels kernels;
    private final Epilogue epilogue;
    private final float[] scratch;
    private final int sums;
    private final int heldStrips;
    private final int small;
    private final int outputs;
    private final int turned;
    private final int decoded;
    private final int[] offsets;
    private final WindowPoints windows;

    // What the micro-kernels for so many rows cost.
    private final double[] costs = new double[WIDTH + 1];

    // For each group of tiles of a strip, where its pixels go in an output
    // plane if they can be written there at once, or -1.
    private final int[] places = new int[WIDTH / TILES];

    WinogradMultiplication(
            TileGrid grid, Kernels kernels, Epilogue epilogue, boolean decodes, float[] scratch, int at) {
        this.grid = grid;
        this.kernels = kernels;
        this.epilogue = epilogue;
        this.scratch = scratch;
        int m = grid.tile().outputs();
        heldStrips = decodes ? grid.strips() : 1;
        sums = at;
        small = sums + heldStrips * grid.tile().points() * POINT;
        outputs = small + m * grid.tile().inputs() * WIDTH;
        turned = outputs + m * m * WIDTH * WIDTH;
        decoded = turned + m * m * WIDTH * WIDTH;
        offsets = new int[Kernels.PANEL_DEPTH];
        for (int k = 0; k < offsets.length; k++) {
            offsets[k] = k * WIDTH;
        }
        windows = new WindowPoints(kernels, grid.tile());
        for (int rows = 0; rows <= WIDTH; rows++) {
            costs[rows] = CostModel.microKernels(kernels, rows);
        }
    }

    /** Floats of scratch memory. */
    static int scratch(TileGrid grid, boolean decodes) {
        WinogradTile tile = grid.tile();
        int m = tile.outputs();
        int sums = Math.multiplyExact(decodes ? grid.strips() : 1, tile.points() * POINT);
        int fixed = m * tile.inputs() * WIDTH + 2 * m * m * WIDTH * WIDTH + WIDTH;
        int weights = decodes ? tile.points() * TileGrid.blockFloats(Math.min(DECODED, grid.channels())) + WIDTH : 0;
        return Math.addExact(sums, fixed + weights);
    }

    /**
     * Computes the outputs of a block of filters for strips {@code from} to {@code to - 1} of a band.
     *
     * @param weights the weights of the group
     * @param points their points ({@link WindowPoints#of}), or empty: they are then made on the way
     * @param v transformed tiles of the band
     * @param vAt where they start
     * @param y output images
     * @param group the group
     */
    void run(
            WeightRows weights,
            float[] points,
            int group,
            int block,
            int band,
            int from,
            int to,
            float[] v,
            int vAt,
            float[] y) {
        int held = points.length == 0 ? to - from : 1;
        int step = points.length == 0 ? DECODED : grid.channels();
        int pointFloats = grid.tile().points() * POINT;
        for (int first = from; first < to; first += held) {
            for (int c = 0; c < grid.channels(); c += step) {
                int depth = Math.min(step, grid.channels() - c);
                if (points.length == 0) {
                    windows.decode(weights, block, c, depth, scratch, decoded);
                }
                float[] u = points.length == 0 ? scratch : points;
                int uAt = points.length == 0
                        ? decoded
                        : block * grid.tile().points() * TileGrid.blockFloats(grid.channels());
                for (int s = 0; s < held; s++) {
                    int start = vAt + grid.stripStart(first + s) + c * WIDTH;
                    multiply(block, tiles(band, first + s), c, depth, u, uAt, v, start, sums + s * pointFloats);
                }
            }
            for (int s = 0; s < held; s++) {
                finish(group, block, band, first + s, sums + s * pointFloats, y);
            }
        }
    }

    private int filters(int block) {
        return Math.min(WIDTH, grid.filters() - block * WIDTH);
    }

    private int tiles(int band, int strip) {
        return Math.min(WIDTH, grid.tiles(band) - strip * WIDTH);
    }

    /** Whether filters should lie along the vectors. */
    private boolean alongFilters(int filters, int tiles) {
        double turning = TURNING
                * tiles
                * filters
                / grid.channels()
                * (grid.tile().outputs() * grid.tile().outputs())
                / grid.tile().points();
        return costs[tiles] + turning < costs[filters];
    }

    private void multiply(
            int block, int tiles, int channel, int depth, float[] u, int uAt, float[] v, int vAt, int to) {
        int filters = filters(block);
        boolean alongFilters = alongFilters(filters, tiles);
        float[] x = alongFilters ? v : u;
        float[] w = alongFilters ? u : v;
        int xStride = TileGrid.blockFloats(alongFilters ? grid.channels() : depth);
        int wStride = TileGrid.blockFloats(alongFilters ? depth : grid.channels());
        int xAt = alongFilters ? vAt : uAt;
        int wAt = alongFilters ? uAt : vAt;
        int rows = alongFilters ? tiles : filters;
        for (int p = 0; p < grid.tile().points(); p++) {
            for (int k = 0; k < depth; k += Kernels.PANEL_DEPTH) {
                int part = Math.min(Kernels.PANEL_DEPTH, depth - k);
                int from = xAt + p * xStride + k * WIDTH;
                panels(rows, part, x, from, w, wAt + p * wStride + k * WIDTH, channel + k > 0, to + p * POINT);
            }
        }
    }

    private void panels(int rows, int depth, float[] x, int xAt, float[] w, int wAt, boolean goOn, int to) {
        for (int row = 0; row < rows; ) {
            int height = kernels.panelRows(rows - row);
            kernels.multiplyFilters(height, depth, x, offsets, 0, xAt + row, w, wAt, goOn, scratch, to + row * WIDTH);
            row += height;
        }
    }

    private void finish(int group, int block, int band, int strip, int from, float[] y) {
        int filters = filters(block);
        int tiles = tiles(band, strip);
        int first = group * grid.filters() + block * WIDTH;
        if (alongFilters(filters, tiles)) {
            turn(filters, tiles, from);
            int rowFloats = grid.tile().outputs() * tiles;
            for (int f = 0; f < filters; f++) {
                int at = turned + f * turnedStride(tiles);
                epilogue.apply(
                        kernels,
                        first + f,
                        scratch,
                        at,
                        scratch,
                        at,
                        grid.tile().outputs() * rowFloats);
                grid.store(band, strip * WIDTH, tiles, scratch, at, rowFloats, y, first + f);
            }
        } else {
            for (int t = 0; t < tiles; t += TILES) {
                places[t / TILES] = grid.place(band, strip * WIDTH + t, TILES);
            }
            for (int f = 0; f < filters; f++) {
                pixels(first + f, band, strip, tiles, from + f * WIDTH, y);
            }
        }
    }

    /** Outputs of a filter, whose tiles lie side by side, to rows of pixels: to the image at once where they are whole there. */
    private void pixels(int filter, int band, int strip, int tiles, int from, float[] y) {
        int m = grid.tile().outputs();
        for (int t = 0; t < tiles; t += TILES) {
            if (places[t / TILES] >= 0) {
                int to = filter * grid.outputHeight() * grid.outputWidth() + places[t / TILES];
                pixels(filter, from + t, y, to, grid.outputWidth());
            } else {
                pixels(filter, from + t, scratch, turned, m * TILES);
                int count = Math.min(TILES, tiles - t);
                grid.store(band, strip * WIDTH + t, count, scratch, turned, m * TILES, y, filter);
            }
        }
    }

    private void pixels(int filter, int from, float[] y, int to, int rowStride) {
        epilogue.pixels(kernels, grid.tile(), TILES, filter, scratch, from, POINT, scratch, small, y, to, rowStride);
    }

    private int tileOutputs(int tiles) {
        return tiles * grid.tile().outputs() * grid.tile().outputs();
    }

    /** Whole squares of {@link Kernels#transpose}: each filter's last one would otherwise reach into the next filter. */
    private int turnedStride(int tiles) {
        return Math.ceilDiv(tileOutputs(tiles), Kernels.SQUARE) * Kernels.SQUARE;
    }

    /** Outputs of tiles, whose filters lie side by side, to rows of pixels of each filter. */
    private void turn(int filters, int tiles, int from) {
        int m = grid.tile().outputs();
        for (int t = 0; t < tiles; t++) {
            kernels.transforms()
                    .output(
                            grid.tile(),
                            scratch,
                            from + t * WIDTH,
                            POINT,
                            scratch,
                            small,
                            scratch,
                            outputs + t * m * WIDTH,
                            tiles * m * WIDTH,
                            WIDTH);
        }
        kernels.transpose(scratch, outputs, tileOutputs(tiles), filters, turned, turnedStride(tiles));
    }
}
