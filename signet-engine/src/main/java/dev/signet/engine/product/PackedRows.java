package dev.signet.engine.product;

import dev.signet.core.GroupLayout;
import dev.signet.engine.kernel.Kernels;

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
public record PackedRows(Kernels kernels, PackedMatrix weight, int firstRow, int rows, int depth)
        implements WeightRows {
    // Planes that the kernel decodes at a time.
    private static final int PLANES = 4;

    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        readChunks(row, from, length, to, at, Kernels.CHUNK);
    }

    @Override
    public void readChunks(int row, int from, int length, float[] to, int at, int chunkStride) {
        GroupLayout layout = weight.layout();
        // The layout's rows are filters, or one row of all weights: the order is the same.
        long start = (long) (firstRow + row) * depth + from;
        int layoutRow = Math.toIntExact(start / layout.rowLength());
        int column = (int) (start % layout.rowLength());
        int group = column / layout.groupSize();
        int j = column - group * layout.groupSize();
        group += layoutRow * layout.groupsPerRow();
        for (int done = 0; done < length; group++, j = 0) {
            int n = Math.min(length - done, layout.length(group) - j);
            decode(group, j, n, done, to, at, chunkStride);
            done += n;
        }
    }

    /**
     * Without decoding a weight: {@code sum of (z + sum of a_i B_i) x} is {@code (z - sum of a_i)} times the sum of all inputs
     * plus, for every plane, {@code 2 a_i} times the sum of the inputs whose sign is +1.
     */
    @Override
    public void dots(Kernels using, int from, int to, float[] x, float[] y) {
        GroupLayout layout = weight.layout();
        boolean whole = layout.groupSize() >= depth && layout.rowLength() == depth;
        double all = whole ? using.sum(x, 0, depth) : 0;
        for (int row = from; row < to; row++) {
            long start = (long) (firstRow + row) * depth;
            double sum = 0;
            for (int done = 0; done < depth; ) {
                int layoutRow = Math.toIntExact((start + done) / layout.rowLength());
                int column = (int) ((start + done) % layout.rowLength());
                int group = layoutRow * layout.groupsPerRow() + column / layout.groupSize();
                int j = column % layout.groupSize();
                int n = Math.min(depth - done, layout.length(group) - j);
                sum += groupDot(using, group, j, n, x, done, whole ? all : using.sum(x, done, n));
                done += n;
            }
            y[row] = (float) sum;
        }
    }

    /** Whether every row is one group. */
    public boolean isGroupedByRow() {
        GroupLayout layout = weight.layout();
        return layout.rowLength() == depth && layout.groupsPerRow() == 1;
    }

    private double groupDot(Kernels using, int group, int j, int n, float[] x, int xOffset, double all) {
        int bits = weight.bits();
        int size = weight.layout().groupSize();
        long bit = (long) group * bits * size + j;
        double base = weight.offset(group);
        double sum = 0;
        for (int p = 0; p < bits; p++, bit += size) {
            double a = weight.coefficient(group, p);
            base -= a;
            sum += 2 * a * using.signedSum(weight.planes(), bit, x, xOffset, n);
        }
        return sum + base * all;
    }

    private void decode(int group, int j, int n, int place, float[] to, int at, int chunkStride) {
        int bits = weight.bits();
        int size = weight.layout().groupSize();
        float base = weight.offset(group);
        for (int p = 0; p < bits; p++) {
            base -= weight.coefficient(group, p);
        }
        for (int p = 0; p < bits; p += PLANES) {
            long bit = ((long) group * bits + p) * size + j;
            kernels.decode(
                    weight.planes(),
                    bit,
                    size,
                    Math.min(PLANES, bits - p),
                    p == 0 ? base : Float.NaN,
                    step(group, p),
                    step(group, p + 1),
                    step(group, p + 2),
                    step(group, p + 3),
                    to,
                    at,
                    place,
                    n,
                    chunkStride);
        }
    }

    private float step(int group, int plane) {
        return plane < weight.bits() ? 2 * weight.coefficient(group, plane) : 0;
    }
}
