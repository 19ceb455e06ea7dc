package dev.signet.engine.kernel;

/**
 * The loops of products of sign planes and many columns that look sums up in tables of bytes. For every four rows of the right matrix
 * and every column a table holds the 16 sums {@code +-b0 +-b1 +-b2 +-b3}, rounded to multiples of a step that is the column's own; four
 * bits of a slab's int ({@link SlabKernels}) say which one a row of the product takes. Bytes of one column after the other lie side by
 * side, so one addition serves as many columns as a vector has bytes.
 *
 * <p>The step of a column is the largest {@code |b0| + |b1| + |b2| + |b3|} of all groups of four rows, divided by {@link #LEVELS}. A
 * sum looked up is at most half a step and a hundredth from the exact one, so a plane's sum of g groups is at most .51 g steps from it.
 *
 * <p>Where tables, sums and ranges lie is said by each method; how they are laid out is the twin's own business. Methods may be called
 * from many threads at once; they allocate nothing.
 */
public interface LookupKernels {
    /** Steps that the largest sum of four is. */
    int LEVELS = 127;

    /** The largest number of groups of four rows whose sums are kept in 16 bits. */
    int MOST_GROUPS = 256;

    /** Columns that are computed at a time. */
    int columns();

    /** Floats of the tables of one group of four rows. */
    int tableFloats();

    /** Floats in which the sums of one row of a plane are kept. */
    int sumFloats();

    /** Floats of {@link #ranges}: the total, the step and its inverse of each column. */
    default int rangeFloats() {
        return 3 * columns();
    }

    /**
     * Sees how large the columns of {@code groups} groups of four rows are.
     *
     * @param b the right matrix; row k starts at {@code offsets[first + k] + base}
     * @param goOn whether the groups are more of those seen by the call before
     * @param ranges {@link #rangeFloats} floats from {@code at} on
     */
    void ranges(int groups, float[] b, int[] offsets, int first, int base, boolean goOn, float[] ranges, int at);

    /** Ends a row of calls of {@link #ranges}. */
    void steps(float[] ranges, int at);

    /**
     * Makes tables of {@code groups} groups of four rows.
     *
     * @param tables {@link #tableFloats} floats for each group from {@code tablesAt} on, and as many for the work
     */
    void tables(
            int groups,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] ranges,
            int rangesAt,
            float[] tables,
            int tablesAt);

    /**
     * Adds up what the tables say.
     *
     * @param planes number of planes of slabs, one after the other
     * @param words ints of a row, 8 groups each
     * @param codes the first of these ints, of the first row of the first plane; the next row's is the next, the next word's
     *     {@link SlabKernels#ROWS} further
     * @param planeStride ints from one plane to the next
     * @param goOn whether to add to {@code sums}
     * @param sums {@link #sumFloats} floats for each row of each plane
     */
    void lookUp(
            int planes,
            int words,
            int[] codes,
            int at,
            int planeStride,
            float[] tables,
            int tablesAt,
            boolean goOn,
            float[] sums,
            int sumsAt);

    /**
     * Puts the planes of a slab together: {@code c[r][n] = total[n] * z[r] + sum over p of a[p][r] * sums[p][r][n]} for
     * {@code rows} rows and {@link #columns} columns.
     *
     * @param rows at most {@link SlabKernels#ROWS}
     * @param groups groups that were added up
     * @param numbers the coefficients a, plane after plane, and then the offsets z
     * @param goOn whether to add to {@code c}
     */
    void finish(
            int rows,
            int planes,
            int groups,
            float[] numbers,
            int numbersAt,
            float[] ranges,
            int rangesAt,
            float[] sums,
            int sumsAt,
            boolean goOn,
            float[] c,
            int cAt,
            int cStride);
}
