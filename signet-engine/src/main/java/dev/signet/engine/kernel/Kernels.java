package dev.signet.engine.kernel;

/**
 * The loops in which a network spends its time, on primitive arrays. Methods may be called from many threads at once; they
 * allocate nothing.
 *
 * <p>Results of the twins differ by rounding only.
 */
public interface Kernels {
    /**
     * Panels of weights are cut into chunks of this depth, one after the other; in a chunk the rows follow one another. A fixed
     * row stride makes every row an address with a constant displacement.
     */
    int CHUNK = 64;

    /** The largest depth of one call of {@link #multiply}: a strip of the right matrix of it stays in the L1 cache. */
    int PANEL_DEPTH = 3 * CHUNK;

    /** The largest number of rows of a panel. */
    int PANEL_ROWS = 12;

    /**
     * Columns are computed in multiples of this: {@link #multiply} reads and writes up to the next multiple, so arrays need
     * {@code COLUMNS - 1} elements more than they hold.
     */
    int COLUMNS = 32;

    /** Rows and columns of the squares that {@link #transpose} turns at a time. */
    int SQUARE = 16;

    /** What messages and benchmarks call these kernels. */
    String name();

    /** The transforms of Winograd convolutions. */
    WinogradTransforms transforms();

    /** The loops on sign planes in slabs. */
    SlabKernels slabs();

    /** Filters of one channel. */
    WindowKernels windows();

    /** Functions of single numbers. */
    FunctionKernels functions();

    /** Loops over whole arrays. */
    ArrayKernels arrays();

    /** The loops of products by table lookups. */
    LookupKernels lookups();

    /**
     * How many rows the next panel should have when {@code remaining} rows are left: 1 to {@link #PANEL_ROWS}, and possibly
     * more than {@code remaining}, which calls for rows of zeros.
     */
    int panelRows(int remaining);

    /**
     * How many columns the next micro-kernel of {@link #multiplyFilters} should have when {@code remaining} are left: 1 to
     * {@link #PANEL_ROWS} + 1, and possibly more than {@code remaining}.
     */
    int columnRows(int remaining);

    /**
     * {@code c[r][n] = sum over k of a[r][k] * b[offsets[first + k] + base + n]}: every row of the right matrix may start
     * anywhere, so that a convolution needs no im2col.
     *
     * @param rows a number that {@link #panelRows} gave
     * @param depth number of products summed, at most {@link #PANEL_DEPTH}
     * @param a left matrix: {@code a[r][k]} is {@code a[aOffset + (k / CHUNK * rows + r) * CHUNK + k % CHUNK]}
     * @param aOffset where it starts
     * @param b where the rows of the right matrix lie
     * @param offsets starts of those rows in {@code b}
     * @param first index of the first of them in {@code offsets}
     * @param base added to all of them
     * @param columns number of columns
     * @param goOn whether to add to what is in {@code c}
     * @param c result, row stride {@code cStride}; may be the array that holds {@code a}, elsewhere
     * @param cOffset where it starts
     * @param cStride a multiple of {@link #COLUMNS}, at least {@code columns}
     */
    void multiply(
            int rows,
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            int columns,
            boolean goOn,
            float[] c,
            int cOffset,
            int cStride);

    /**
     * The same with filters along the vectors: {@code c[r][f] = sum over k of x[offsets[first + k] + base + r] * w[k][f]} for
     * {@code COLUMNS} filters {@code f}.
     *
     * @param rows a number that {@link #columnRows} gave: columns of the image side
     * @param w weights, row stride {@link #COLUMNS}
     * @param c result, row stride {@link #COLUMNS}
     */
    void multiplyFilters(
            int rows,
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            boolean goOn,
            float[] c,
            int cOffset);

    /**
     * Turns a matrix round: {@code x[to + f * stride + r] = x[from + r * COLUMNS + f]} for {@code rows} rows and {@code columns}
     * columns, at most {@link #COLUMNS}. The two do not overlap; both have room for the next multiple of {@link #SQUARE} rows.
     *
     * @param stride at least {@code rows}, rounded up to a multiple of {@link #SQUARE}
     */
    void transpose(float[] x, int from, int rows, int columns, int to, int stride);

    /** {@code y[r] = sum over k of w[wOffset + r * depth + k] * x[xOffset + k]}. */
    void dots(int rows, int depth, float[] w, int wOffset, float[] x, int xOffset, float[] y, int yOffset);

    /**
     * Decodes packed weights into a panel: weight {@code place + i} becomes {@code base} plus the steps of those planes in
     * which its sign is +1, for {@code i} in 0 to {@code n - 1}. Weight {@code j} lies at
     * {@code y[yOffset + j / CHUNK * chunkStride + j % CHUNK]}.
     *
     * @param planes bits from the least significant of each byte on; readable eight bytes beyond the last
     * @param bit index of the first weight's bit in the first plane
     * @param planeStride bits from one plane to the next
     * @param count number of planes, 1 to 4
     * @param base what a weight is with -1 in all planes; NaN to go on with what is in {@code y}
     */
    void decode(
            byte[] planes,
            long bit,
            long planeStride,
            int count,
            float base,
            float step0,
            float step1,
            float step2,
            float step3,
            float[] y,
            int yOffset,
            int place,
            int n,
            int chunkStride);

    /** The sum of those of {@code n} values whose sign is +1. */
    float signedSum(byte[] planes, long bit, float[] x, int xOffset, int n);

    /** {@code y = min(max(x * scale + shift, low), high)}, a NaN staying one; {@code y} may be {@code x}. */
    void affineClip(
            float[] x, int xOffset, float[] y, int yOffset, int n, float scale, float shift, float low, float high);

    /** {@code y = x < 0 ? slope * x : x}; {@code y} may be {@code x}. */
    void leakyRelu(float[] x, int xOffset, float[] y, int yOffset, int n, float slope);

    /** Brings {@code n} elements into the caches, which changes nothing but how soon they are there when they are needed. */
    void fetch(float[] x, int offset, int n);

    /** {@code y[i] = x[2 * i]} for {@code n} elements. */
    void everySecond(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** {@code y[2 * i] = x[a + i]} and {@code y[2 * i + 1] = x[b + i]} for {@code i < n}. */
    void interleave(float[] x, int a, int b, float[] y, int yOffset, int n);

    /** {@code y = a + b}; {@code y} may be {@code a} or {@code b}. */
    void add(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n);

    /** {@code y = x > y ? x : y}: of a NaN in {@code x} nothing is seen. */
    void maximum(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** {@code y = a * b}; {@code y} may be {@code a} or {@code b}. */
    void multiply(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n);

    /** {@code y += factor * x}. */
    void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int n);

    /** The sum of {@code n} values. */
    double sum(float[] x, int offset, int n);

    /** The sum of {@code (x - mean)^2} over {@code n} values. */
    double squaredDeviations(float[] x, int offset, int n, float mean);
}
