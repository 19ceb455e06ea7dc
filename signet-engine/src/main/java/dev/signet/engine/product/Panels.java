package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * A matrix of weights cut into panels of rows, and those into blocks of at most {@link Kernels#PANEL_DEPTH} columns, in the
 * order in which {@link Kernels#multiply} reads them.
 */
final class Panels {
    private Panels() {}

    /** Floats of a panel's block of {@code rows} rows and {@code depth} columns: whole chunks. */
    static int blockFloats(int rows, int depth) {
        return rows * Math.ceilDiv(depth, Kernels.CHUNK) * Kernels.CHUNK;
    }

    /**
     * Copies a block into panel order.
     *
     * @param rows rows of the panel; those that the matrix does not have become zeros
     */
    static void read(WeightRows weights, int firstRow, int rows, int from, int depth, float[] to, int at) {
        for (int r = 0; r < rows; r++) {
            int start = at + r * Kernels.CHUNK;
            if (firstRow + r < weights.rows()) {
                weights.readChunks(firstRow + r, from, depth, to, start, rows * Kernels.CHUNK);
            } else {
                for (int k = 0; k < depth; k += Kernels.CHUNK) {
                    Arrays.fill(to, start + k * rows, start + k * rows + Kernels.CHUNK, 0);
                }
            }
        }
    }

    /** All panels of a matrix, one after the other. */
    static float[] of(Kernels kernels, WeightRows weights) {
        float[] panels = new float[floats(kernels, weights)];
        int at = 0;
        for (int row = 0; row < weights.rows(); ) {
            int rows = kernels.panelRows(weights.rows() - row);
            for (int k = 0; k < weights.depth(); k += Kernels.PANEL_DEPTH) {
                int depth = Math.min(Kernels.PANEL_DEPTH, weights.depth() - k);
                read(weights, row, rows, k, depth, panels, at);
                at += blockFloats(rows, depth);
            }
            row += rows;
        }
        return panels;
    }

    /** Floats of all panels. */
    private static int floats(Kernels kernels, WeightRows weights) {
        int rows = 0;
        for (int row = 0; row < weights.rows(); ) {
            int panel = kernels.panelRows(weights.rows() - row);
            rows = Math.addExact(rows, panel);
            row += panel;
        }
        return Math.multiplyExact(rows, blockFloats(1, weights.depth()));
    }
}
