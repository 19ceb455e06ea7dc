package dev.signet.engine.kernel;

/** Loops over whole arrays: elements that are picked, combined, subtracted and divided. */
public interface ArrayKernels {
    /** {@code y[yOffset + i] = x[offset + index[first + i]]} for {@code i < n}. */
    void gather(float[] x, int offset, int[] index, int first, float[] y, int yOffset, int n);

    /**
     * Sums of a few elements each: {@code y[yOffset + i] = sum over t of weights[t * n + i] * x[offset + index[t * n + i]]} for {@code i < n}.
     *
     * @param taps elements of a sum
     */
    void gatherSums(int taps, float[] x, int offset, int[] index, float[] weights, float[] y, int yOffset, int n);

    /** A vector times some columns of a matrix: {@code y[yOffset + i] = sum over k of x[k] * w[wOffset + k * stride + i]} for {@code i < n}. */
    void combine(int depth, float[] x, float[] w, int wOffset, int stride, float[] y, int yOffset, int n);

    /** {@code y = a - b}; {@code y} may be {@code a} or {@code b}. */
    void subtract(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n);

    /** {@code y = a / b}; {@code y} may be {@code a} or {@code b}. */
    void divide(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n);
}
