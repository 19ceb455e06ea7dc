package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.SlabKernels;

/**
 * Weights as sign planes in slabs.
 *
 * @param kernels the arithmetic
 * @param weight the weights
 * @param firstRow the row that is row 0 here
 * @param rows number of rows
 */
public record SlabRows(Kernels kernels, SlabMatrix weight, int firstRow, int rows) implements WeightRows {
    // Planes that the kernel decodes at a time.
    private static final int PLANES = 4;

    @Override
    public int depth() {
        return weight.columns();
    }

    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        if (from % SlabKernels.COLUMNS == 0) {
            decode(firstRow + row, from, length, to, at);
            return;
        }
        // The kernel starts with a word.
        for (int i = 0; i < length; i++) {
            to[at + i] = weight(firstRow + row, from + i);
        }
    }

    /**
     * Decodes a slab: weight {@code from + k} of row {@code row + r} goes to {@code to[at + k * stride + r]}, for {@code length}
     * columns and all rows of the slab.
     *
     * @param row the first row of a slab
     * @param from a multiple of {@link SlabKernels#COLUMNS}
     * @param numbers where the slab's coefficients and offsets are put in {@code to}
     */
    void readTile(int row, int from, int length, float[] to, int at, int stride, int numbers) {
        int slab = (firstRow + row) / SlabKernels.ROWS;
        weight.numbers(slab, 1, to, numbers);
        kernels.slabs()
                .decodeSlab(
                        weight.codes(),
                        weight.codesAt(slab, 0) + from / SlabKernels.COLUMNS * SlabKernels.ROWS,
                        weight.slabInts(),
                        weight.planes(),
                        to,
                        numbers,
                        to,
                        at,
                        stride,
                        length);
    }

    private void decode(int row, int from, int length, float[] to, int at) {
        int slab = row / SlabKernels.ROWS;
        int lane = row % SlabKernels.ROWS;
        float base = weight.offset(row);
        for (int p = 0; p < weight.planes(); p++) {
            base -= coefficient(row, p);
        }
        int start = weight.codesAt(slab, 0) + from / SlabKernels.COLUMNS * SlabKernels.ROWS + lane;
        for (int p = 0; p < weight.planes(); p += PLANES) {
            kernels.slabs()
                    .decodeRow(
                            weight.codes(),
                            start + p * weight.slabInts(),
                            weight.slabInts(),
                            Math.min(PLANES, weight.planes() - p),
                            p == 0 ? base : Float.NaN,
                            2 * coefficient(row, p),
                            2 * coefficient(row, p + 1),
                            2 * coefficient(row, p + 2),
                            2 * coefficient(row, p + 3),
                            to,
                            at,
                            length);
        }
    }

    private float coefficient(int row, int p) {
        return p < weight.planes() ? weight.coefficient(row, p) : 0;
    }

    private float weight(int row, int k) {
        float sum = weight.offset(row);
        int at = k / SlabKernels.COLUMNS * SlabKernels.ROWS + row % SlabKernels.ROWS;
        for (int p = 0; p < weight.planes(); p++) {
            int word = weight.codes()[weight.codesAt(row / SlabKernels.ROWS, p) + at];
            float a = coefficient(row, p);
            sum += (word >>> k % SlabKernels.COLUMNS & 1) != 0 ? a : -a;
        }
        return sum;
    }
}
