package dev.signet.engine.kernel;

/**
 * The steps of a Winograd convolution that are not products ({@link WinogradTile}), on many tiles or filters at a time: they lie
 * along the vectors. Methods may read and write up to {@link Kernels#COLUMNS} - 1 elements past what is named, allocate nothing,
 * and may be called from many threads at once.
 */
public interface TileTransforms {
    /**
     * Takes a row of an image apart: {@code to[at + p * stride + t] = x[from + step * t + p]} for {@code p < step} and
     * {@code t < count}.
     *
     * @param step 2 or 4
     * @param count a multiple of 16, at most {@code stride}
     */
    void split(int step, float[] x, int from, int count, float[] to, int at, int stride);

    /** Puts rows together: {@code to[at + step * t + p] = x[from + p * stride + t]}; the reverse of {@link #split}. */
    void merge(int step, float[] x, int from, int stride, int count, float[] to, int at);

    /**
     * Input tiles of a row of tiles to points. Row {@code i} of the tiles' inputs is at {@code x[from + i * m * stride]}, split
     * into {@code m} rows of {@code stride} elements by {@link #split}. Point {@code p} of tile {@code t} goes to
     * {@code y[at + p * yStride + t]}.
     *
     * @param tiles number of tiles, less than {@code stride}
     * @param stride a multiple of 16
     * @param scratch place for {@code (m + 2) * m * stride} elements at {@code scratchAt}; may be the same array elsewhere
     */
    void input(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int stride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int yStride);

    /**
     * Points of {@link Kernels#COLUMNS} tiles or filters to outputs: output (r, q) of column {@code j} goes to
     * {@code y[at + r * rowStride + q * columnStride + j]}, point p is read at {@code x[from + p * xStride + j]}.
     *
     * @param scratch place for {@code m * (m + 2) * 16} elements at {@code scratchAt}; may be the same array elsewhere
     */
    void output(
            WinogradTile tile,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int rowStride,
            int columnStride);

    /**
     * Windows of {@link Kernels#COLUMNS} filters to points: tap t is read at {@code x[from + t * COLUMNS + j]}, point p goes to
     * {@code u[at + p * stride + j]}.
     */
    void weights(WinogradTile tile, float[] x, int from, float[] u, int at, int stride);

    /**
     * Decodes a 3 x 3 window of {@link Kernels#COLUMNS} filters: tap t of filter f becomes {@code base[f]} plus the steps of
     * those planes whose sign is +1, and goes to {@code to[at + t * COLUMNS + f]}.
     *
     * @param words signs: bit {@code shift + t} of {@code words[wordsAt + plane * COLUMNS + f]}
     * @param planes number of planes
     * @param levels {@code COLUMNS} bases, then {@code COLUMNS} steps for each plane
     */
    void taps(int[] words, int wordsAt, int shift, int planes, float[] levels, float[] to, int at);

    /**
     * Copies lines in strips of {@link Kernels#COLUMNS}: element {@code j} of strip {@code s} of line {@code i} goes from
     * {@code x[from + i * xStride + s * COLUMNS + j]} to {@code y[at + i * lineStride + s * stripStride + j]}.
     */
    void strips(
            int lines,
            int strips,
            float[] x,
            int from,
            int xStride,
            float[] y,
            int at,
            int lineStride,
            int stripStride);
}
