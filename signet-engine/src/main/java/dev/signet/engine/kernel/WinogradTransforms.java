package dev.signet.engine.kernel;

/**
 * The steps of a Winograd convolution that are not products ({@link WinogradTile}), on many tiles or filters at a time: they lie
 * along the vectors. Methods may read and write up to {@link Kernels#COLUMNS} - 1 elements past what is named, allocate nothing,
 * and may be called from many threads at once.
 */
public interface WinogradTransforms {
    /**
     * Takes a row of an image apart: {@code to[at + p * stride + t] = x[from + step * t + p]} for {@code p < step} and
     * {@code t < count}.
     *
     * @param step 2 or 4
     * @param count a multiple of 16, at most {@code stride}
     */
    void split(int step, float[] x, int from, int count, float[] to, int at, int stride);

    /**
     * Turns a square of 16 rows and 16 columns round: {@code y[to + f * toStride + r] = x[from + r * fromStride + f]}; all is read
     * before anything is written.
     */
    void square(float[] x, int from, int fromStride, float[] y, int to, int toStride);

    /** Whether {@link #square} costs no more than reading and writing. */
    boolean turnsSquares();

    /**
     * Inputs of tiles to points along one side, for tiles, columns or channels side by side: of elements
     * {@code x[from + i * stride + t]} for {@code i < inputs}, {@code y[at + p * yStride + t]} is point {@code p}. For both sides
     * this is done twice.
     *
     * @param count how many; up to the next multiple of 16 is written to, too
     */
    void points(WinogradTile tile, int count, float[] x, int from, int stride, float[] y, int at, int yStride);

    /**
     * {@link #points} of 16 neighbouring tiles of {@link WinogradTile#FOUR} along a row of pixels: input {@code i} of tile
     * {@code t} is {@code x[from + 4 * t + i]}. Reads 80 elements. May be slow where {@link #turnsSquares} is false.
     */
    void pixelPoints(float[] x, int from, float[] y, int at, int yStride);

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
