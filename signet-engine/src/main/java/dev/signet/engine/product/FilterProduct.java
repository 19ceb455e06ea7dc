package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.SlabKernels;
import java.util.Arrays;

/**
 * Weights times columns with the filters along the vectors: the sums lie column by column and are turned round at the end. For
 * few columns and deep sums, where strips of columns would be half empty and weights come from far away: here they are read in
 * the order in which they lie. Weights in slabs ({@link SlabRows}) are decoded block by block in front of the product, into the
 * L1 cache.
 *
 * @param kernels the arithmetic
 * @param weights the left matrix
 * @param strips its filters in strips of {@link Kernels#COLUMNS}: {@link #strips}; empty for slabs that are decoded on the way
 * @param offsets where each row of the right matrix starts
 */
public record FilterProduct(Kernels kernels, WeightRows weights, float[] strips, int[] offsets) implements Product {
    /** Turning one sum round costs as much as so many products in a row of a micro-kernel. */
    public static final double TURNING = 1.2;

    private static final int WIDTH = Kernels.COLUMNS;

    // Columns that are turned round at a time.
    private static final int TURN = 16;

    // Floats of sums that are held at a time.
    private static final int HELD = 1 << 16;

    /** Weights in the order {@code [filter / WIDTH][k][filter % WIDTH]}, zeros where there are no filters. */
    static float[] strips(WeightRows weights) {
        int count = Math.ceilDiv(weights.rows(), WIDTH);
        int depth = weights.depth();
        float[] strips = new float[Math.multiplyExact(Math.multiplyExact(count, WIDTH), depth)];
        float[] row = new float[depth];
        for (int f = 0; f < weights.rows(); f++) {
            weights.read(f, 0, depth, row, 0);
            int at = f / WIDTH * depth * WIDTH + f % WIDTH;
            for (int k = 0; k < depth; k++) {
                strips[at + k * WIDTH] = row[k];
            }
        }
        return strips;
    }

    @Override
    public int rowUnit() {
        return WIDTH;
    }

    // Sums of a group of strips, and one strip turned round; no fewer columns ever need more.
    @Override
    public int scratch(int columns) {
        int strip = Math.multiplyExact(WIDTH, padded(columns));
        int all = Math.multiplyExact(Math.ceilDiv(weights.rows(), WIDTH), strip);
        int sums = Math.min(all, Math.max(HELD, strip));
        return Math.addExact(sums, Math.addExact(Math.multiplyExact(WIDTH, rounded(columns)), decoded()));
    }

    /** Floats of a decoded block, and of a slab's coefficients and offsets. */
    int decoded() {
        return strips.length > 0
                ? 0
                : WIDTH * Kernels.PANEL_DEPTH + ((SlabRows) weights).weight().slabNumbers();
    }

    private static int rounded(int columns) {
        return Math.ceilDiv(columns, WIDTH) * WIDTH;
    }

    // Micro-kernels round up, and so does turning round.
    private static int padded(int columns) {
        return Math.ceilDiv(columns, TURN) * TURN + Kernels.PANEL_ROWS;
    }

    private int groupStrips(int columns) {
        return Math.clamp(HELD / ((long) WIDTH * padded(columns)), 1, Math.ceilDiv(weights.rows(), WIDTH));
    }

    @Override
    public void run(int from, int to, float[] b, int base, int columns, float[] scratch, RowSink sink) {
        int last = Math.ceilDiv(to, WIDTH);
        int group = groupStrips(columns);
        int stripFloats = WIDTH * padded(columns);
        int turned = groupStrips(columns) * stripFloats;
        int decoded = turned + WIDTH * rounded(columns);
        for (int first = from / WIDTH; first < last; first += group) {
            int end = Math.min(last, first + group);
            if (weights.depth() == 0) {
                Arrays.fill(scratch, 0, (end - first) * stripFloats, 0);
            }
            for (int k = 0; k < weights.depth(); k += Kernels.PANEL_DEPTH) {
                int depth = Math.min(Kernels.PANEL_DEPTH, weights.depth() - k);
                NearRows.fetch(kernels, offsets, k, depth, b, base, columns);
                for (int strip = first; strip < end; strip++) {
                    int sums = (strip - first) * stripFloats;
                    if (strips.length > 0) {
                        int at = (strip * weights.depth() + k) * WIDTH;
                        columns(strips, at, k, depth, b, base, columns, scratch, sums);
                    } else {
                        decode(strip * WIDTH, k, depth, scratch, decoded);
                        columns(scratch, decoded, k, depth, b, base, columns, scratch, sums);
                    }
                }
            }
            for (int strip = first; strip < end; strip++) {
                turn(strip, to, columns, scratch, (strip - first) * stripFloats, turned, sink);
            }
        }
    }

    /** Weights {@code k} to {@code k + depth - 1} of the filters from {@code first} on, in the order of strips; behind them there is room for {@link #decoded}. */
    void decode(int first, int k, int depth, float[] to, int at) {
        SlabRows slabs = (SlabRows) weights;
        for (int half = 0; half < WIDTH; half += SlabKernels.ROWS) {
            int row = first + half;
            if (row < slabs.rows()) {
                slabs.readTile(row, k, depth, to, at + half, WIDTH, at + WIDTH * Kernels.PANEL_DEPTH);
            } else {
                for (int i = 0; i < depth; i++) {
                    Arrays.fill(to, at + i * WIDTH + half, at + i * WIDTH + half + SlabKernels.ROWS, 0);
                }
            }
        }
    }

    /** Adds the products of a block of a strip to {@code c}, column by column; from the start for the first block. */
    void columns(float[] w, int wAt, int k, int depth, float[] b, int base, int columns, float[] c, int at) {
        for (int n = 0; n < columns; ) {
            int height = kernels.columnRows(columns - n);
            kernels.multiplyFilters(height, depth, b, offsets, k, base + n, w, wAt, k > 0, c, at + n * WIDTH);
            n += height;
        }
    }

    private void turn(int strip, int to, int columns, float[] c, int at, int turned, RowSink sink) {
        int stride = rounded(columns);
        int filters = Math.min(WIDTH, to - strip * WIDTH);
        kernels.transpose(c, at, columns, filters, turned, stride);
        for (int f = 0; f < filters; f++) {
            sink.accept(strip * WIDTH + f, c, turned + f * stride);
        }
    }
}
