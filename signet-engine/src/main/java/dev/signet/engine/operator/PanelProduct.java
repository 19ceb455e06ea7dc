package dev.signet.engine.operator;

import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * Weights times columns: takes the weights panel by panel and hands over finished rows.
 *
 * @param kernels the arithmetic
 * @param left the left matrix
 * @param offsets where each row of the right matrix starts: as many as a row of the left one has weights
 */
record PanelProduct(Kernels kernels, WeightPanels left, int[] offsets) {
    /** Takes a finished row, or some columns of it. */
    interface RowSink {
        /** Row {@code row} is in {@code c[at..]}; it may be written to. */
        void accept(int row, float[] c, int at);
    }

    /** Floats of scratch memory that {@link #run} needs for the sums of {@code columns} columns. */
    static int scratch(int columns) {
        return Math.multiplyExact(Kernels.PANEL_ROWS, rounded(columns));
    }

    private static int rounded(int columns) {
        return Math.ceilDiv(columns, Kernels.COLUMNS) * Kernels.COLUMNS;
    }

    /**
     * Computes rows {@code from} to {@code to - 1} of the product.
     *
     * @param from a row at which a panel starts
     * @param b array of the right matrix, readable up to {@link Kernels#COLUMNS} past its last column
     * @param base added to all offsets
     * @param columns number of columns
     * @param panel scratch for the weights, {@link Panels#largestBlock} floats
     * @param c scratch for the sums, from its start
     */
    void run(int from, int to, float[] b, int base, int columns, float[] panel, float[] c, RowSink sink) {
        WeightRows weights = left.rows();
        float[] panels = left.panels();
        int stride = rounded(columns);
        int rowFloats = Panels.blockFloats(1, weights.depth());
        for (int row = from; row < to; ) {
            int height = kernels.panelRows(weights.rows() - row);
            Arrays.fill(c, 0, height * stride, 0);
            int at = row * rowFloats;
            for (int k = 0; k < weights.depth(); k += Kernels.PANEL_DEPTH) {
                int depth = Math.min(Kernels.PANEL_DEPTH, weights.depth() - k);
                if (panels.length > 0) {
                    kernels.multiply(height, depth, panels, at, b, offsets, k, base, columns, c, stride);
                    at += Panels.blockFloats(height, depth);
                } else {
                    Panels.read(weights, row, height, k, depth, panel, 0);
                    kernels.multiply(height, depth, panel, 0, b, offsets, k, base, columns, c, stride);
                }
            }
            for (int r = 0; r < height && row + r < to; r++) {
                sink.accept(row + r, c, r * stride);
            }
            row += height;
        }
    }
}
