package dev.signet.engine.kernel;

/** Plain loops: the reference for the other twin, and the fallback where the Vector API is not there. */
final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int panelRows(int remaining) {
        return Math.min(remaining, PANEL_ROWS);
    }

    @Override
    public void multiply(
            int rows,
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            int columns,
            float[] c,
            int cOffset,
            int cStride) {
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < depth; k++) {
                float weight = a[aOffset + (k / CHUNK * rows + r) * CHUNK + k % CHUNK];
                addScaled(weight, b, offsets[first + k] + base, c, cOffset + r * cStride, columns);
            }
        }
    }

    @Override
    public void dots(int rows, int depth, float[] w, int wOffset, float[] x, int xOffset, float[] y, int yOffset) {
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int k = 0; k < depth; k++) {
                sum += w[wOffset + r * depth + k] * x[xOffset + k];
            }
            y[yOffset + r] = (float) sum;
        }
    }

    @Override
    public float signedSum(byte[] planes, long bit, float[] x, int xOffset, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += isSet(planes, bit + i) ? x[xOffset + i] : 0;
        }
        return (float) sum;
    }

    @Override
    public void decodeFirst(
            byte[] planes,
            long bit,
            float base,
            float step,
            float[] y,
            int yOffset,
            int place,
            int n,
            int chunkStride) {
        for (int i = 0; i < n; i++) {
            y[yOffset + (place + i) / CHUNK * chunkStride + (place + i) % CHUNK] =
                    isSet(planes, bit + i) ? base + step : base;
        }
    }

    @Override
    public void decodeNext(
            byte[] planes, long bit, float step, float[] y, int yOffset, int place, int n, int chunkStride) {
        for (int i = 0; i < n; i++) {
            if (isSet(planes, bit + i)) {
                y[yOffset + (place + i) / CHUNK * chunkStride + (place + i) % CHUNK] += step;
            }
        }
    }

    private static boolean isSet(byte[] planes, long bit) {
        return (planes[(int) (bit >>> 3)] >>> (bit & 7) & 1) != 0;
    }

    @Override
    public void affineClip(
            float[] x, int xOffset, float[] y, int yOffset, int n, float scale, float shift, float low, float high) {
        for (int i = 0; i < n; i++) {
            float v = x[xOffset + i] * scale + shift;
            float raised = v < low ? low : v;
            y[yOffset + i] = raised > high ? high : raised;
        }
    }

    @Override
    public void leakyRelu(float[] x, int xOffset, float[] y, int yOffset, int n, float slope) {
        for (int i = 0; i < n; i++) {
            float v = x[xOffset + i];
            y[yOffset + i] = v < 0 ? slope * v : v;
        }
    }

    @Override
    public void add(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void multiply(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    @Override
    public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }

    @Override
    public double sum(float[] x, int offset, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[offset + i];
        }
        return sum;
    }

    @Override
    public double squaredDeviations(float[] x, int offset, int n, float mean) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double d = x[offset + i] - mean;
            sum += d * d;
        }
        return sum;
    }
}
