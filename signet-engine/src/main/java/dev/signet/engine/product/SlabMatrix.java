package dev.signet.engine.product;

import static dev.signet.engine.kernel.SlabKernels.COLUMNS;
import static dev.signet.engine.kernel.SlabKernels.ROWS;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.engine.kernel.SlabKernels;
import java.util.Arrays;

/**
 * A multi-bit weight with one group for each row, its signs in the order in which products with a vector read them: slabs of 16
 * rows, in a slab plane after plane, in a plane 32 columns after 32 columns, for each of these an int for each row. Rows and
 * columns that the matrix does not have are zeros. Coefficients and offsets take two bytes each where the file has them so.
 */
public final class SlabMatrix implements SignPlanes {
    private final int rows;
    private final int columns;
    private final int planes;
    private final int[] codes;
    // Of each slab the coefficients, plane after plane, and the offsets if
    // there are any; one of the two arrays is empty.
    private final short[] halves;
    private final float[] singles;
    private final int perSlab;

    /** @param weight a weight that {@link #fits} */
    public SlabMatrix(MultiBitWeight weight) {
        rows = weight.layout().rows();
        columns = weight.layout().rowLength();
        planes = weight.bits();
        int slabs = slabs();
        codes = new int[Math.multiplyExact(Math.multiplyExact(slabs, planes), slabInts())];
        perSlab = numbers(weight) * ROWS;
        float[] all = new float[Math.multiplyExact(slabs, perSlab)];
        for (int row = 0; row < rows; row++) {
            int at = row / ROWS * perSlab + row % ROWS;
            for (int p = 0; p < planes; p++) {
                all[at + p * ROWS] = weight.coefficients()[row * planes + p];
                readSigns(weight, row, p);
            }
            if (weight.offsets().length > 0) {
                all[at + planes * ROWS] = weight.offsets()[row];
            }
        }
        boolean half = weight.type() == CoefficientType.FLOAT16;
        singles = half ? new float[0] : all;
        halves = new short[half ? all.length : 0];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = Float.floatToFloat16(all[i]);
        }
    }

    // Coefficients and offset of a row.
    private static int numbers(MultiBitWeight weight) {
        return weight.bits() + (weight.offsets().length == 0 ? 0 : 1);
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

    /** Whether {@code weight} has one group for each row, and slabs need at most a tenth more memory than its file. */
    public static boolean fits(MultiBitWeight weight) {
        GroupLayout layout = weight.layout();
        long padded = (long) Math.ceilDiv(layout.rows(), ROWS) * ROWS;
        long bits = padded * SlabKernels.words(layout.rowLength()) * COLUMNS * weight.bits();
        int each = weight.type() == CoefficientType.FLOAT16 ? Short.BYTES : Float.BYTES;
        long bytes = bits / Byte.SIZE + padded * numbers(weight) * each;
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

    /** Number of slabs: the last one may reach past the last row. */
    public int slabs() {
        return Math.ceilDiv(rows, ROWS);
    }

    /** Ints of one plane of a slab. */
    public int slabInts() {
        return SlabKernels.words(columns) * ROWS;
    }

    /** The signs. */
    public int[] codes() {
        return codes;
    }

    /** Where plane {@code p} of slab {@code slab} starts in {@link #codes}. */
    public int codesAt(int slab, int p) {
        return (slab * planes + p) * slabInts();
    }

    /** Coefficient of plane {@code p} in row {@code row}. */
    public float coefficient(int row, int p) {
        int i = row / ROWS * perSlab + p * ROWS + row % ROWS;
        return halves.length > 0 ? Float.float16ToFloat(halves[i]) : singles[i];
    }

    /** Offset of row {@code row}; 0 if there are none. */
    public float offset(int row) {
        return perSlab == planes * ROWS ? 0 : coefficient(row, planes);
    }

    /** Floats that {@link #numbers(int, int, float[], int)} writes for each slab. */
    public int slabNumbers() {
        return (planes + 1) * ROWS;
    }

    /** Writes for {@code count} slabs the coefficients, plane after plane, each slab's followed by its offsets: zeros where there are none. */
    public void numbers(int slab, int count, float[] to, int at) {
        for (int i = 0; i < count; i++, at += slabNumbers()) {
            int from = (slab + i) * perSlab;
            if (halves.length > 0) {
                for (int j = 0; j < perSlab; j++) {
                    to[at + j] = Float.float16ToFloat(halves[from + j]);
                }
            } else {
                System.arraycopy(singles, from, to, at, perSlab);
            }
            Arrays.fill(to, at + perSlab, at + slabNumbers(), 0);
        }
    }

    @Override
    public long bytes() {
        return (long) codes.length * Integer.BYTES
                + (long) halves.length * Short.BYTES
                + (long) singles.length * Float.BYTES;
    }

    @Override
    public float[] dequantize() {
        float[] weights = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < columns; k++) {
                float sum = offset(row);
                for (int p = 0; p < planes; p++) {
                    int word = codes[codesAt(row / ROWS, p) + k / COLUMNS * ROWS + row % ROWS];
                    float a = coefficient(row, p);
                    sum += (word >>> k % COLUMNS & 1) != 0 ? a : -a;
                }
                weights[row * columns + k] = sum;
            }
        }
        return weights;
    }
}
