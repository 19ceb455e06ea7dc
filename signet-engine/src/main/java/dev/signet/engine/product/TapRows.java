package dev.signet.engine.product;

import java.util.Arrays;

/**
 * Some taps of every kernel slice of other weights.
 *
 * @param all weights whose rows are slices of {@code kernelSize} taps
 * @param kernelSize taps of a slice
 * @param taps the taps that are left, rising
 */
public record TapRows(WeightRows all, int kernelSize, int[] taps) implements WeightRows {
    @Override
    public int rows() {
        return all.rows();
    }

    @Override
    public int depth() {
        return all.depth() / kernelSize * taps.length;
    }

    // A slice is read as a whole only where it is packed together with its
    // neighbours: single taps are few and scattered.
    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        for (int i = 0; i < length; i++) {
            int slice = (from + i) / taps.length;
            int tap = taps[(from + i) % taps.length];
            all.read(row, slice * kernelSize + tap, 1, to, at + i);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TapRows rows
                && all.equals(rows.all)
                && kernelSize == rows.kernelSize
                && Arrays.equals(taps, rows.taps);
    }

    @Override
    public int hashCode() {
        return all.hashCode() + Arrays.hashCode(taps);
    }
}
