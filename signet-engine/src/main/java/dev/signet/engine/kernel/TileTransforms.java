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

    /**
     * The sums over the rows of the tiles' inputs, for a row of tiles. Row {@code i} of the inputs is at
     * {@code x[from + i * m * stride]}, split into {@code m} rows of {@code stride} elements by {@link #split}. Sum {@code p} of
     * column {@code j} of tile {@code t} goes to {@code y[at + (p * inputs + j) * yStride + t]}.
     *
     * @param tiles number of tiles, at most {@code stride} less what a tile reaches into the next ones
     */
    void inputRows(WinogradTile tile, int tiles, float[] x, int from, int stride, float[] y, int at, int yStride);

    /**
     * The sums of those over the columns, which are the points. Line {@code p * inputs + j} is at
     * {@code x[from + (p * inputs + j) * xStride]}; point {@code i} of tile {@code t} goes to
     * {@code y[at + t / COLUMNS * stripStride + i * pointStride + t % COLUMNS]}.
     *
     * @param tiles number of tiles; those up to the next multiple of {@link Kernels#COLUMNS} are written to, too
     */
    void inputColumns(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int xStride,
            float[] y,
            int at,
            int pointStride,
            int stripStride);

    /**
     * Points of tiles that lie side by side to rows of pixels: output (r, q) of tile {@code t}, times {@code scale}, plus
     * {@code shift}, clipped to {@code low} and {@code high}, goes to {@code y[at + r * rowStride + t * m + q]}; point p is read
     * at {@code x[from + p * xStride + t]}.
     *
     * @param tiles a multiple of 16; just the pixels of these are written
     * @param scratch place for {@code m * inputs * 16} elements at {@code scratchAt}; may be the same array elsewhere
     */
    void pixels(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float scale,
            float shift,
            float low,
            float high,
            float[] y,
            int at,
            int rowStride);

    /**
     * Points of {@link Kernels#COLUMNS} filters of a tile to outputs: output (r, q) of column {@code j} goes to
     * {@code y[at + r * rowStride + q * columnStride + j]}, point p is read at {@code x[from + p * xStride + j]}.
     *
     * @param scratch place for {@code m * inputs * 16} elements at {@code scratchAt}; may be the same array elsewhere
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
     * Decodes a window of {@link Kernels#COLUMNS} filters: tap t of filter f becomes {@code base[f]} plus the steps of
     * those planes whose sign is +1, and goes to {@code to[at + t * COLUMNS + f]}.
     *
     * @param words signs: bit {@code shift + t} of {@code words[wordsAt + plane * COLUMNS + f]}
     * @param count number of taps, {@code shift + count} at most 32
     * @param planes number of planes
     * @param levels {@code COLUMNS} bases, then {@code COLUMNS} steps for each plane
     */
    void taps(int[] words, int wordsAt, int shift, int count, int planes, float[] levels, float[] to, int at);
}
