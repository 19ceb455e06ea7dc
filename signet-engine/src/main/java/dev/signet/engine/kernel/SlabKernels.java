package dev.signet.engine.kernel;

/**
 * The loops on sign planes in slabs ({@link dev.signet.engine.product.SlabMatrix}): 16 rows by 32 columns of one plane are 16
 * ints, the bits of an int rising with the column. Methods may be called from many threads at once; they allocate nothing.
 *
 * <p>A product with a vector looks sums up instead of adding inputs one by one: for every four inputs a table holds the 16 sums
 * {@code +-x0 +-x1 +-x2 +-x3}, and four bits of an int say which one it is. All arithmetic is fp32; nothing is rounded that
 * adding the inputs one by one would not round.
 */
public interface SlabKernels {
    /** Rows of a slab. */
    int ROWS = 16;

    /** Columns of a slab: bits of an int. */
    int COLUMNS = 32;

    /** Inputs that one lookup adds up. */
    int INPUTS = 4;

    /** Entries of a table. */
    int ENTRIES = 1 << INPUTS;

    /** Ints that hold a row of {@code columns} columns. */
    static int words(int columns) {
        return Math.ceilDiv(columns, COLUMNS);
    }

    /** Floats of the tables for {@code n} inputs. */
    static int tableFloats(int n) {
        return Math.multiplyExact(words(n), COLUMNS / INPUTS * ENTRIES);
    }

    /**
     * Makes the tables of {@code n} inputs: entry {@code e} of table {@code g} is the sum of the four inputs from {@code 4 g} on,
     * input {@code i} with a minus where bit {@code i} of {@code e} is 0. Inputs past {@code n} are zeros.
     *
     * @param tables {@link #tableFloats} floats, from the start
     */
    void tables(float[] x, int n, float[] tables);

    /**
     * {@code sums[sumsAt + j * ROWS + r] = sum over all inputs k of x[k]}, with a minus where bit k of row r of slab row j is 0.
     *
     * @param count number of slab rows, one after the other
     * @param words ints of a row
     * @param codes slab rows: the ints of the ROWS rows for columns 0 to 31, then those for columns 32 to 63, ...
     */
    void tableSums(int count, int words, int[] codes, int at, float[] tables, float[] sums, int sumsAt);

    /** Whether this machine looks bytes up faster than floats. */
    boolean hasByteTables();

    /** Floats of the tables of bytes for {@code n} inputs. */
    int byteTableFloats(int n);

    /**
     * Rounds tables to bytes: a sum of four inputs becomes a multiple of a step, which is a {@link LookupKernels#LEVELS}th of the
     * largest sum. It is half a step from the exact one at most.
     *
     * @param tables what {@link #tables} made
     * @param n number of inputs
     * @param bytes {@link #byteTableFloats} floats, from {@code bytesAt} on
     * @return the step
     */
    float byteTables(float[] tables, int n, float[] bytes, int bytesAt);

    /** As {@link #tableSums}, from tables of bytes. */
    void byteSums(
            int count,
            int words,
            int[] codes,
            int at,
            float[] bytes,
            int bytesAt,
            float step,
            float[] sums,
            int sumsAt);

    /**
     * Puts the planes of slabs together: {@code y[t][r] = total * z[t][r] + sum over p of a[t][p][r] * sums[t][p][r]} for
     * {@code ROWS} rows of each of {@code slabs} slabs.
     *
     * @param numbers for each slab the {@code planes * ROWS} coefficients a and {@code ROWS} offsets z, from {@code at} on
     */
    void combine(int slabs, int planes, float[] numbers, int at, float total, float[] sums, float[] y, int yAt);

    /**
     * Decodes part of a row: {@code y[i] = base + steps of the planes whose bit i is 1}; with more than four planes the first
     * call is followed by others with the {@code base} NaN, which go on with what is in {@code y}.
     *
     * @param codes the row's int of the first word and plane is {@code codes[at]}, that of the next word {@link #ROWS} further
     * @param planeStride ints from one plane to the next
     * @param count number of planes, 1 to 4
     * @param n number of weights
     */
    void decodeRow(
            int[] codes,
            int at,
            int planeStride,
            int count,
            float base,
            float step0,
            float step1,
            float step2,
            float step3,
            float[] y,
            int yAt,
            int n);

    /**
     * Decodes all rows of a slab with rows along the vectors: {@code y[k * stride + r] = z[r] + sum over p of +-a[p][r]} for
     * {@code ROWS} rows and {@code n} columns.
     *
     * @param codes the slab's ints for the first of the columns, plane 0
     * @param planeStride ints from one plane to the next
     * @param planes number of planes
     * @param numbers the coefficients a, plane after plane, and then the offsets z
     */
    void decodeSlab(
            int[] codes,
            int at,
            int planeStride,
            int planes,
            float[] numbers,
            int numbersAt,
            float[] y,
            int yAt,
            int stride,
            int n);
}
