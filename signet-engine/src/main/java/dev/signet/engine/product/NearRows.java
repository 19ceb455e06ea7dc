package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * Rows of a right matrix that are far apart, brought near to each other or to the processor before products take some columns of each
 * of many rows.
 */
final class NearRows {
    /** Columns that are copied at a time. */
    static final int COLUMNS = 8 * Kernels.COLUMNS;

    /** Rows that are copied at a time, at most. */
    static final int MOST = 512;

    /** Where the copied rows start. */
    static final int[] OFFSETS = new int[MOST];

    static {
        Arrays.setAll(OFFSETS, k -> k * COLUMNS);
    }

    private NearRows() {}

    /**
     * Copies some columns of rows {@code k} to {@code k + depth - 1} side by side.
     *
     * @param rows where each row starts in {@code b}, from {@code base} on
     * @param columns at most {@link #COLUMNS}
     */
    static void copy(int[] rows, int k, int depth, float[] b, int base, int columns, float[] to, int at) {
        for (int i = 0; i < depth; i++) {
            System.arraycopy(b, rows[k + i] + base, to, at + OFFSETS[i], columns);
        }
    }

    /** Reads the same rows from end to end, so that they are in the caches. Rows that overlap are there: they were copied just now. */
    static void fetch(Kernels kernels, int[] rows, int k, int depth, float[] b, int base, int columns) {
        if (rows.length > 1 && rows[1] - rows[0] >= columns) {
            for (int i = k; i < k + depth; i++) {
                kernels.fetch(b, base + rows[i], columns);
            }
        }
    }
}
