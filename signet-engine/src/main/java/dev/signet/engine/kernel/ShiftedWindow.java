package dev.signet.engine.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A window that slides over one channel of an image whose output has the image's own width and height: output n, counted row
 * after row, reads inputs {@code n + y * width + x} for all of the window's shifts y and x. Nothing is copied: what would be
 * read beside the image is left out, above and below by {@link #parts}, to the left and right by a {@link #mask}.
 */
public final class ShiftedWindow {
    /**
     * Rows of outputs that read the same rows of the window.
     *
     * @param from the first output
     * @param to one more than the last
     * @param first the window's first row that reads the image
     * @param count how many of its rows do
     */
    record Rows(int from, int to, int first, int count) {}

    private final int width;
    private final int height;
    private final int[] x;
    private final int[] y;
    private final byte[][] masks;
    private final Rows[] parts;

    /**
     * A window.
     *
     * @param x shifts of the window's columns, rising evenly: dilation * column - padding
     * @param y shifts of its rows
     */
    public ShiftedWindow(int width, int height, int[] x, int[] y) {
        this.width = width;
        this.height = height;
        this.x = x.clone();
        this.y = y.clone();
        masks = new byte[x.length][];
        for (int column = 0; column < x.length; column++) {
            masks[column] = maskOf(x[column]);
        }
        parts = partsOf();
    }

    // Eight bytes more than there are bits for, so that a vector's bits can be read as one long.
    private byte[] maskOf(int shift) {
        byte[] mask = new byte[Math.addExact(pixels() / Byte.SIZE, 1 + Long.BYTES)];
        for (int n = 0; n < pixels(); n++) {
            int column = n % width + shift;
            if (column >= 0 && column < width) {
                mask[n / Byte.SIZE] |= (byte) (1 << n % Byte.SIZE);
            }
        }
        return mask;
    }

    private Rows[] partsOf() {
        List<Rows> all = new ArrayList<>();
        int from = 0;
        for (int row = 0; row < height; row++) {
            if (row + 1 == height || firstRow(row + 1) != firstRow(row) || lastRow(row + 1) != lastRow(row)) {
                all.add(new Rows(from, (row + 1) * width, firstRow(row), Math.max(0, lastRow(row) - firstRow(row))));
                from = (row + 1) * width;
            }
        }
        return all.toArray(Rows[]::new);
    }

    private int firstRow(int row) {
        int first = 0;
        while (first < y.length && row + y[first] < 0) {
            first++;
        }
        return first;
    }

    private int lastRow(int row) {
        int last = y.length;
        while (last > 0 && row + y[last - 1] >= height) {
            last--;
        }
        return last;
    }

    /** Pixels of the image, and outputs. */
    public int pixels() {
        return Math.multiplyExact(width, height);
    }

    /** Number of weights: those of column 0 from top to bottom, then those of column 1, and so on. */
    public int taps() {
        return x.length * y.length;
    }

    int columns() {
        return x.length;
    }

    int rows() {
        return y.length;
    }

    /** All outputs, in parts. */
    Rows[] parts() {
        return parts;
    }

    /** What output n reads with the window's column {@code column} and row {@code row}, relative to n. */
    int shift(int column, int row) {
        return y[row] * width + x[column];
    }

    /** Whether there are three columns, and all outputs read the second: those of the pixel's own column. */
    boolean hasCentre() {
        return x.length == 3 && x[1] == 0;
    }

    /** From a row of the window to the next. */
    int rowShift() {
        return y.length < 2 ? 0 : (y[1] - y[0]) * width;
    }

    /** The least of all shifts. */
    int leastShift() {
        return shift(0, 0);
    }

    /** Whether column {@code column} of the window reads the image for output {@code n}. */
    boolean reads(int column, int n) {
        return (masks[column][n / Byte.SIZE] >>> n % Byte.SIZE & 1) != 0;
    }

    /** {@link #reads} for all outputs, one bit for each, the least significant of a byte first. */
    byte[] mask(int column) {
        return masks[column];
    }
}
