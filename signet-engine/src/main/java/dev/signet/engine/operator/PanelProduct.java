package dev.signet.engine.operator;

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
    // Floats of sums, and of weights made on the way, that are held at a time: each an eighth of a usual L2 cache of 2
    // MB.
    private static final int HELD = 1 << 16;

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
        return Math.addExact(weights, held(rounded(columns)));
    }

    // No fewer columns ever need more than this: the number of rows that are held follows from the columns.
    private int held(int perRow) {
        int panel = kernels.panelRows(Integer.MAX_VALUE);
        int all = Math.multiplyExact(left.rows().rows() + Kernels.PANEL_ROWS, perRow);
        return Math.min(all, Math.max(HELD, Math.multiplyExact(panel, perRow)));
    }

    private static int rounded(int columns) {
        return Math.ceilDiv(columns, Kernels.COLUMNS) * Kernels.COLUMNS;
    }

    // Rows whose sums are held at a time: whole panels.
    private int groupRows(int columns) {
        int panel = kernels.panelRows(Integer.MAX_VALUE);
        int most = HELD / Math.max(rounded(columns), Kernels.PANEL_DEPTH);
        return Math.max(1, most / panel) * panel;
    }

    @Override
    public void run(int from, int to, float[] b, int base, int columns, float[] scratch, RowSink sink) {
        int stride = rounded(columns);
        int group = groupRows(columns);
        for (int first = from; first < to; first += group) {
            int end = Math.min(to, first + group);
            int sums = Math.min(group, end - first + Kernels.PANEL_ROWS) * stride;
            Arrays.fill(scratch, 0, sums, 0);
            for (int k = 0; k < left.rows().depth(); k += Kernels.PANEL_DEPTH) {
                int depth = Math.min(Kernels.PANEL_DEPTH, left.rows().depth() - k);
                if (left.panels().length == 0) {
                    decode(first, end, k, depth, scratch, sums);
                }
                for (int n = 0; n < columns; n += Kernels.COLUMNS) {
                    strip(first, end, k, depth, b, base + n, scratch, n, stride, sums);
                }
            }
            for (int row = first; row < end; row++) {
                sink.accept(row, scratch, (row - first) * stride);
            }
        }
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
            int base,
            float[] c,
            int cOffset,
            int stride,
            int weights) {
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
                        height, depth, left.panels(), start, b, offsets, k, base, Kernels.COLUMNS, c, to, stride);
            } else {
                kernels.multiply(height, depth, c, at, b, offsets, k, base, Kernels.COLUMNS, c, to, stride);
                at += Panels.blockFloats(height, depth);
            }
            row += height;
        }
    }
}
