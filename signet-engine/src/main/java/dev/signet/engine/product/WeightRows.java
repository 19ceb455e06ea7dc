package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;

/** A matrix of weights of which parts of rows can be had as fp32, however they are stored. */
public interface WeightRows {
    /** Number of rows. */
    int rows();

    /** Number of weights in a row. */
    int depth();

    /** Writes weights {@code from} to {@code from + length - 1} of row {@code row} to {@code to[at..]}. */
    void read(int row, int from, int length, float[] to, int at);

    /**
     * The same, cut into chunks of {@link Kernels#CHUNK} weights that are written {@code chunkStride} apart.
     *
     * @param from a multiple of the chunk
     */
    default void readChunks(int row, int from, int length, float[] to, int at, int chunkStride) {
        for (int k = 0; k < length; k += Kernels.CHUNK) {
            read(row, from + k, Math.min(Kernels.CHUNK, length - k), to, at + k / Kernels.CHUNK * chunkStride);
        }
    }

    /** The product of rows {@code from} to {@code to - 1} and a vector: {@code y[row] = sum over k of w[row][k] * x[k]}. */
    default void dots(Kernels kernels, int from, int to, float[] x, float[] y) {
        float[] weights = new float[depth()];
        for (int row = from; row < to; row++) {
            read(row, 0, depth(), weights, 0);
            kernels.dots(1, depth(), weights, 0, x, 0, y, row);
        }
    }
}
