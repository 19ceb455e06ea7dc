package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * Weights times columns, blocked for the caches (after Goto and van de Geijn, ACM TOMS 34, 2008): for a block of the depth the
 * weights of all rows stay in the L2 cache, the block of a strip of columns in the L1 cache.
 *
 * @param kernels the arithmetic
 * @param left the left matrix
 * @param offsets where each row of the right matrix starts: as many as a row of the left one has weights
 */
record PanelProduct(Kernels kernels, WeightPanels left, int[] offsets) implements Product {
    // Floats of sums, and of weights made on the way, that are held at a time:
    // each an eighth of a usual L2 cache of 2 MB.
    private static final int HELD = 1 << 16;

    // Rows of the right matrix further apart are in different pages, and often in the
    // same places of a cache. They are copied side by side.
    private static final int FAR = 1024;

    @Override
    public WeightRows weights() {
        return left.rows();
    }

    @Override
    public int rowUnit() {
        return kernels.panelRows(Integer.MAX_VALUE);
    }

    @Override
    public int scratch(int columns) {
        int weights = left.panels().length > 0 ? 0 : held(Kernels.PANEL_DEPTH);
        int near = isFar() ? Kernels.PANEL_DEPTH * NearRows.COLUMNS : 0;
        return Math.addExact(Math.addExact(weights, near), held(stride(columns)));
    }

    private boolean isFar() {
        boolean worthIt = left.rows().rows() >= Kernels.PANEL_ROWS;
        return worthIt && offsets.length > 1 && offsets[1] - offsets[0] >= FAR;
    }

    // No fewer columns ever need more than this: the number of rows that are held follows from the columns.
    private int held(int perRow) {
        int all = Math.multiplyExact(left.rows().rows() + Kernels.PANEL_ROWS, perRow);
        return Math.min(all, Math.addExact(HELD, Math.multiplyExact(2 * Kernels.PANEL_ROWS, perRow)));
    }

    // Not a power of two: the rows of a panel would fight for the same places of the L1 cache.
    private static int stride(int columns) {
        int rounded = Math.ceilDiv(columns, Kernels.COLUMNS) * Kernels.COLUMNS;
        return rounded % FAR == 0 ? rounded + Kernels.COLUMNS : rounded;
    }

    // Rows whose sums are held at a time: whole panels, about as many each time.
    private int groupRows(int rows, int columns) {
        int panel = kernels.panelRows(Integer.MAX_VALUE);
        int groups = Math.toIntExact(Math.ceilDiv((long) rows * Math.max(stride(columns), Kernels.PANEL_DEPTH), HELD));
        return Math.ceilDiv(Math.ceilDiv(rows, groups), panel) * panel;
    }

    @Override
    public void run(int from, int to, float[] b, int base, int columns, float[] scratch, RowSink sink) {
        boolean inPlace = isInPlace(from, to, columns, sink);
        int group = groupRows(to - from, columns);
        for (int first = from; first < to; first += group) {
            int end = Math.min(to, first + group);
            int stride = inPlace ? sink.place(1) - sink.place(0) : stride(columns);
            float[] c = inPlace ? sink.target() : scratch;
            int sums = inPlace ? sink.place(first) : 0;
            int weights = inPlace ? 0 : (end - first + Kernels.PANEL_ROWS) * stride;
            if (inPlace) {
                // Micro-kernels write some elements of each of many rows: the rows come into the cache faster one by
                // one.
                for (int row = first; row < end; row++) {
                    kernels.fetch(c, sink.place(row), columns);
                }
            }
            // Sums of nothing: some outputs of a transposed convolution read no inputs.
            if (left.rows().depth() == 0) {
                Arrays.fill(c, sums, sums + (end - first) * stride, 0);
            }
            int decoded = left.panels().length > 0 ? 0 : end - first + Kernels.PANEL_ROWS;
            int near = weights + Panels.blockFloats(decoded, Kernels.PANEL_DEPTH);
            for (int k = 0; k < left.rows().depth(); k += Kernels.PANEL_DEPTH) {
                int depth = Math.min(Kernels.PANEL_DEPTH, left.rows().depth() - k);
                if (left.panels().length == 0) {
                    decode(first, end, k, depth, scratch, weights);
                }
                if (isFar()) {
                    for (int n = 0; n < columns; n += NearRows.COLUMNS) {
                        int width = Math.min(NearRows.COLUMNS, columns - n);
                        NearRows.copy(offsets, k, depth, b, base + n, width, scratch, near);
                        for (int i = 0; i < width; i += Kernels.COLUMNS) {
                            int at = sums + n + i;
                            strip(
                                    first,
                                    end,
                                    k,
                                    depth,
                                    scratch,
                                    NearRows.OFFSETS,
                                    0,
                                    near + i,
                                    scratch,
                                    weights,
                                    c,
                                    at,
                                    stride);
                        }
                    }
                } else {
                    for (int n = 0; n < columns; n += Kernels.COLUMNS) {
                        int at = sums + n;
                        strip(first, end, k, depth, b, offsets, k, base + n, scratch, weights, c, at, stride);
                    }
                }
            }
            for (int row = first; row < end; row++) {
                if (inPlace) {
                    sink.acceptInPlace(row);
                } else {
                    sink.accept(row, c, (row - first) * stride);
                }
            }
        }
    }

    /**
     * Whether sums can be made where they go: whole blocks of columns and rows, and not at distances that fight for the same places of
     * a cache.
     */
    private boolean isInPlace(int from, int to, int columns, RowSink sink) {
        int rows = left.rows().rows();
        if (to - from < 2 || left.rows().depth() == 0 || columns % Kernels.COLUMNS != 0 || sink.place(0) < 0) {
            return false;
        }
        int row = from;
        while (row < to) {
            row += kernels.panelRows(rows - row);
        }
        return row == to && (sink.place(1) - sink.place(0)) % FAR != 0;
    }

    private void decode(int first, int end, int k, int depth, float[] to, int at) {
        for (int row = first; row < end; ) {
            int height = kernels.panelRows(left.rows().rows() - row);
            Panels.read(left.rows(), row, height, k, depth, to, at);
            at += Panels.blockFloats(height, depth);
            row += height;
        }
    }

    private void strip(
            int first,
            int end,
            int k,
            int depth,
            float[] b,
            int[] rows,
            int firstRow,
            int base,
            float[] w,
            int weights,
            float[] c,
            int cOffset,
            int stride) {
        boolean prepared = left.panels().length > 0;
        int rowFloats = Panels.blockFloats(1, left.rows().depth());
        int at = weights;
        for (int row = first; row < end; ) {
            int height = kernels.panelRows(left.rows().rows() - row);
            int to = cOffset + (row - first) * stride;
            if (prepared) {
                // Blocks of the same panel follow one another.
                int start = row * rowFloats + Panels.blockFloats(height, k);
                kernels.multiply(
                        height,
                        depth,
                        left.panels(),
                        start,
                        b,
                        rows,
                        firstRow,
                        base,
                        Kernels.COLUMNS,
                        k > 0,
                        c,
                        to,
                        stride);
            } else {
                kernels.multiply(height, depth, w, at, b, rows, firstRow, base, Kernels.COLUMNS, k > 0, c, to, stride);
                at += Panels.blockFloats(height, depth);
            }
            row += height;
        }
    }
}
