package dev.signet.engine.kernel;

/** Plain loops. */
final class ScalarArrays implements ArrayKernels {
    @Override
    public void gather(float[] x, int offset, int[] index, int first, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = x[offset + index[first + i]];
        }
    }

    @Override
    public void gatherSums(
            int taps, float[] x, int offset, int[] index, float[] weights, float[] y, int yOffset, int n) {
        gatherSums(taps, x, offset, index, weights, y, yOffset, 0, n, n);
    }

    /** The same for sums {@code from} to {@code to - 1} of {@code n}. */
    static void gatherSums(
            int taps,
            float[] x,
            int offset,
            int[] index,
            float[] weights,
            float[] y,
            int yOffset,
            int from,
            int to,
            int n) {
        for (int i = from; i < to; i++) {
            float sum = 0;
            for (int t = 0; t < taps; t++) {
                sum += weights[t * n + i] * x[offset + index[t * n + i]];
            }
            y[yOffset + i] = sum;
        }
    }

    @Override
    public void combine(int depth, float[] x, float[] w, int wOffset, int stride, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int k = 0; k < depth; k++) {
                sum += x[k] * w[wOffset + k * stride + i];
            }
            y[yOffset + i] = sum;
        }
    }

    @Override
    public void subtract(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] - b[bOffset + i];
        }
    }

    @Override
    public void divide(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] / b[bOffset + i];
        }
    }
}
