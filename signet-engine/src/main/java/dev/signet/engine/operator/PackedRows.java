package dev.signet.engine.operator;

import dev.signet.core.GroupLayout;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.PackedMatrix;

/**
 * Weights as sign planes and coefficients, decoded as they are read.
 *
 * <p>A weight is {@code z - sum of all a_i}, plus {@code 2 a_i} for every plane with a +1. Coefficients are such that all of
 * these sums are exact ({@link dev.signet.core.MultiBitWeight}), so the result is that of any other order.
 *
 * @param kernels the arithmetic
 * @param weight the weights, whose rows are at least those that are read here
 * @param firstRow the row that is row 0 here
 * @param rows number of rows
 * @param depth number of weights in a row
 */
record PackedRows(Kernels kernels, PackedMatrix weight, int firstRow, int rows, int depth) implements WeightRows {
    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        GroupLayout layout = weight.layout();
        // The layout's rows are filters, or one row of all weights: the order is the same.
        long start = (long) (firstRow + row) * depth + from;
        int layoutRow = (int) (start / layout.rowLength());
        int column = (int) (start % layout.rowLength());
        int group = column / layout.groupSize();
        int j = column - group * layout.groupSize();
        group += layoutRow * layout.groupsPerRow();
        for (int done = 0; done < length; group++, j = 0) {
            int n = Math.min(length - done, layout.length(group) - j);
            decode(group, j, n, to, at + done);
            done += n;
        }
    }

    private void decode(int group, int j, int n, float[] to, int at) {
        int bits = weight.bits();
        int size = weight.layout().groupSize();
        float base = weight.offset(group);
        for (int p = 0; p < bits; p++) {
            base -= weight.coefficient(group, p);
        }
        long bit = (long) group * bits * size + j;
        kernels.decodeFirst(weight.planes(), bit, base, 2 * weight.coefficient(group, 0), to, at, n);
        for (int p = 1; p < bits; p++) {
            bit += size;
            kernels.decodeNext(weight.planes(), bit, 2 * weight.coefficient(group, p), to, at, n);
        }
    }
}
