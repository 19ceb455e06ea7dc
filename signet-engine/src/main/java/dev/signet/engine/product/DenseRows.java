package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;

/**
 * Weights in an array of floats.
 *
 * @param values the array
 * @param offset where row 0 starts
 * @param rows number of rows
 * @param depth number of weights in a row
 * @param rowStride distance between rows
 * @param stride distance between the weights of a row
 */
public record DenseRows(float[] values, int offset, int rows, int depth, int rowStride, int stride)
        implements WeightRows {
    /** Rows one after the other. */
    static DenseRows of(float[] values, int rows, int depth) {
        return new DenseRows(values, 0, rows, depth, depth, 1);
    }

    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        int start = offset + row * rowStride + from * stride;
        if (stride == 1) {
            System.arraycopy(values, start, to, at, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            to[at + i] = values[start + i * stride];
        }
    }

    @Override
    public void dots(Kernels kernels, int from, int to, float[] x, float[] y) {
        if (stride == 1 && rowStride == depth) {
            kernels.dots(to - from, depth, values, offset + from * depth, x, 0, y, from);
            return;
        }
        if (rowStride == 1) {
            // Stored input by input.
            kernels.arrays().combine(depth, x, values, offset + from, stride, y, from, to - from);
            return;
        }
        WeightRows.super.dots(kernels, from, to, x, y);
    }
}
