package dev.signet.engine.kernel;

import java.util.Arrays;

/** Plain loops: the reference for the other twin, and the fallback where the Vector API is not there. */
final class ScalarKernels implements Kernels {
    private static final WinogradTransforms TRANSFORMS = new ScalarTransforms();

    private final SlabKernels slabs = new ScalarSlabs();
    private final LookupKernels lookups = new ScalarLookups();
    private final WindowKernels windows = new ScalarWindows();
    private final FunctionKernels functions = new ScalarFunctions();
    private final ArrayKernels arrays = new ScalarArrays();

    @Override
    public SlabKernels slabs() {
        return slabs;
    }

    @Override
    public ArrayKernels arrays() {
        return arrays;
    }

    @Override
    public FunctionKernels functions() {
        return functions;
    }

    @Override
    public WindowKernels windows() {
        return windows;
    }

    @Override
    public LookupKernels lookups() {
        return lookups;
    }

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public WinogradTransforms transforms() {
        return TRANSFORMS;
    }

    @Override
    public int panelRows(int remaining) {
        return Math.min(remaining, PANEL_ROWS);
    }

    @Override
    public int columnRows(int remaining) {
        return panelRows(remaining);
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
            boolean goOn,
            float[] c,
            int cOffset,
            int cStride) {
        for (int r = 0; r < rows; r++) {
            int to = cOffset + r * cStride;
            if (!goOn) {
                Arrays.fill(c, to, to + columns, 0);
            }
            for (int k = 0; k < depth; k++) {
                float weight = a[aOffset + (k / CHUNK * rows + r) * CHUNK + k % CHUNK];
                addScaled(weight, b, offsets[first + k] + base, c, to, columns);
            }
        }
    }

    @Override
    public void multiplyFilters(
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
            int cOffset) {
        for (int r = 0; r < rows; r++) {
            int to = cOffset + r * COLUMNS;
            if (!goOn) {
                Arrays.fill(c, to, to + COLUMNS, 0);
            }
            for (int k = 0; k < depth; k++) {
                float value = x[offsets[first + k] + base + r];
                addScaled(value, w, wOffset + k * COLUMNS, c, to, COLUMNS);
            }
        }
    }

    @Override
    public void transpose(float[] x, int from, int rows, int columns, int to, int stride) {
        for (int f = 0; f < columns; f++) {
            for (int r = 0; r < rows; r++) {
                x[to + f * stride + r] = x[from + r * COLUMNS + f];
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
    public void decode(
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
            int chunkStride) {
        for (int i = 0; i < n; i++) {
            int at = yOffset + (place + i) / CHUNK * chunkStride + (place + i) % CHUNK;
            float sum = Float.isNaN(base) ? y[at] : base;
            for (int p = 0; p < count; p++) {
                if (isSet(planes, bit + p * planeStride + i)) {
                    sum += p == 0 ? step0 : p == 1 ? step1 : p == 2 ? step2 : step3;
                }
            }
            y[at] = sum;
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
    public void fetch(float[] x, int offset, int n) {
        // Plain loops are slower than any memory.
    }

    @Override
    public void everySecond(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = x[xOffset + 2 * i];
        }
    }

    @Override
    public void interleave(float[] x, int a, int b, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + 2 * i] = x[a + i];
            y[yOffset + 2 * i + 1] = x[b + i];
        }
    }

    @Override
    public void add(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void maximum(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = x[xOffset + i] > y[yOffset + i] ? x[xOffset + i] : y[yOffset + i];
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
