package dev.signet.engine.operator;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;

/**
 * Weights as sign planes and coefficients, decoded as they are read.
 *
 * @param weight the weights, whose rows are at least those that are read here
 * @param firstRow the row that is row 0 here
 * @param rows number of rows
 * @param depth number of weights in a row
 */
record PackedRows(MultiBitWeight weight, int firstRow, int rows, int depth) implements WeightRows {
    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        GroupLayout layout = weight.layout();
        long start = (long) (firstRow + row) * depth + from;
        int done = 0;
        while (done < length) {
            long index = start + done;
            int layoutRow = (int) (index / layout.rowLength());
            int column = (int) (index % layout.rowLength());
            int inRow = column / layout.groupSize();
            int group = layoutRow * layout.groupsPerRow() + inRow;
            int j = column - inRow * layout.groupSize();
            int n = Math.min(length - done, layout.length(group) - j);
            decode(group, j, n, to, at + done);
            done += n;
        }
    }

    private void decode(int group, int j, int n, float[] to, int at) {
        int bits = weight.bits();
        float z = weight.offsets().length == 0 ? 0 : weight.offsets()[group];
        for (int i = 0; i < n; i++) {
            to[at + i] = z;
        }
        byte[] planes = weight.planes();
        int size = weight.layout().groupSize();
        for (int p = 0; p < bits; p++) {
            float a = weight.coefficients()[group * bits + p];
            long bit = ((long) group * bits + p) * size + j;
            for (int i = 0; i < n; i++, bit++) {
                to[at + i] += (planes[(int) (bit >>> 3)] >>> (bit & 7) & 1) != 0 ? a : -a;
            }
        }
    }
}
