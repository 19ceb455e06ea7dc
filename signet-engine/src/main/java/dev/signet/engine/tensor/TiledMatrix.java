package dev.signet.engine.tensor;

import static dev.signet.engine.kernel.TileKernels.COLUMNS;
import static dev.signet.engine.kernel.TileKernels.ROWS;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.engine.kernel.TileKernels;

/**
 * A multi-bit weight with one group for each row, its signs in the order in which products with a vector read them: tiles of 16
 * rows, in a tile plane after plane, in a plane 32 columns after 32 columns, for each of these an int for each row. Rows and
 * columns that the matrix does not have are zeros.
 */
public final class TiledMatrix implements SignPlanes {
    private final int rows;
    private final int columns;
    private final int planes;
    private final int[] codes;
    private final float[] coefficients;
    private final float[] offsets;

    /** @param weight a weight that {@link #fits} */
    public TiledMatrix(MultiBitWeight weight) {
        rows = weight.layout().rows();
        columns = weight.layout().rowLength();
        planes = weight.bits();
        int tiles = tiles();
        codes = new int[Math.multiplyExact(Math.multiplyExact(tiles, planes), tileInts())];
        coefficients = new float[Math.multiplyExact(Math.multiplyExact(tiles, planes), ROWS)];
        offsets = new float[tiles * ROWS];
        for (int row = 0; row < rows; row++) {
            for (int p = 0; p < planes; p++) {
                coefficients[coefficientsAt(row / ROWS, p) + row % ROWS] = weight.coefficients()[row * planes + p];
                readSigns(weight, row, p);
            }
            offsets[row] = weight.offsets().length == 0 ? 0 : weight.offsets()[row];
        }
    }

    private void readSigns(MultiBitWeight weight, int row, int p) {
        int at = codesAt(row / ROWS, p) + row % ROWS;
        long bit = ((long) row * planes + p) * weight.layout().groupSize();
        byte[] signs = weight.planes();
        for (int k = 0; k < columns; k++, bit++) {
            int sign = signs[(int) (bit >>> 3)] >>> (bit & 7) & 1;
            codes[at + k / COLUMNS * ROWS] |= sign << k % COLUMNS;
        }
    }

    /** Whether {@code weight} has one group for each row, and tiles need at most a tenth more memory than its file. */
    public static boolean fits(MultiBitWeight weight) {
        GroupLayout layout = weight.layout();
        long padded = (long) Math.ceilDiv(layout.rows(), ROWS) * ROWS;
        long bits = padded * TileKernels.words(layout.rowLength()) * COLUMNS * weight.bits();
        long bytes = bits / Byte.SIZE + padded * (weight.bits() + 1) * Float.BYTES;
        return layout.groupsPerRow() == 1
                && bytes <= weight.packedBytes() * 11 / 10
                && bits / Integer.SIZE <= Integer.MAX_VALUE;
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Number of columns. */
    public int columns() {
        return columns;
    }

    /** Number of sign planes. */
    public int planes() {
        return planes;
    }

    /** Number of tiles: the last one may reach past the last row. */
    public int tiles() {
        return Math.ceilDiv(rows, ROWS);
    }

    /** Ints of one plane of a tile. */
    public int tileInts() {
        return TileKernels.words(columns) * ROWS;
    }

    /** The signs. */
    public int[] codes() {
        return codes;
    }

    /** Where plane {@code p} of tile {@code tile} starts in {@link #codes}. */
    public int codesAt(int tile, int p) {
        return (tile * planes + p) * tileInts();
    }

    /** The coefficients. */
    public float[] coefficients() {
        return coefficients;
    }

    /** Where those of plane {@code p} for the rows of tile {@code tile} start in {@link #coefficients}. */
    public int coefficientsAt(int tile, int p) {
        return (tile * planes + p) * ROWS;
    }

    /** An offset for each row, zeros where the weight has none. */
    public float[] offsets() {
        return offsets;
    }

    @Override
    public long bytes() {
        return (long) codes.length * Integer.BYTES + ((long) coefficients.length + offsets.length) * Float.BYTES;
    }

    @Override
    public float[] dequantize() {
        float[] weights = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < columns; k++) {
                float sum = offsets[row];
                for (int p = 0; p < planes; p++) {
                    int word = codes[codesAt(row / ROWS, p) + k / COLUMNS * ROWS + row % ROWS];
                    float a = coefficients[coefficientsAt(row / ROWS, p) + row % ROWS];
                    sum += (word >>> k % COLUMNS & 1) != 0 ? a : -a;
                }
                weights[row * columns + k] = sum;
            }
        }
        return weights;
    }
}
