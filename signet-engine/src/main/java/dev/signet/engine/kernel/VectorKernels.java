package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Lanes.EVEN;
import static dev.signet.engine.kernel.Lanes.HIGH;
import static dev.signet.engine.kernel.Lanes.LOW;
import static dev.signet.engine.kernel.Lanes.ODDS;
import static dev.signet.engine.kernel.Lanes.UPPER;
import static dev.signet.engine.kernel.Lanes.WIDE;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API twin.
 *
 * <p>Main loops and the loops for the rest are separate methods where they are hot: C2 stops inlining when a method has too many
 * vector operations.
 */
final class VectorKernels implements Kernels {
    // The only species of the process: a second one would make the profiles of the Vector API's methods ambiguous.
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > COLUMNS / 2
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();

    private static final WinogradTransforms TRANSFORMS = new VectorTransforms();

    // Elements of a column of a matrix with rows of COLUMNS.
    private static final int[] COLUMN = column();

    // Where new sums start, in every row.
    private static final float[] ZEROS = new float[COLUMNS];

    private static final VarHandle LITTLE_ENDIAN_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // Vectors of partial sums are added up this often, so that rounding does not grow with the length of the array.
    private static final int SUM_BLOCK = 4096;

    // Floats of a line of a cache.
    private static final int LINE = 16;

    private final SlabKernels slabs = new VectorSlabs();
    private final LookupKernels lookups = new VectorLookups();
    private final WindowKernels windows = new VectorWindows();
    private final FunctionKernels functions = new VectorFunctions();
    private final ArrayKernels arrays = new VectorArrays();

    // Nobody looks at it; but without it the compiler would see that fetching is for nothing.
    @SuppressWarnings("UnusedVariable")
    private float fetched;

    private static int[] column() {
        int[] column = new int[L];
        for (int i = 0; i < L; i++) {
            column[i] = i * COLUMNS;
        }
        return column;
    }

    @Override
    public ArrayKernels arrays() {
        return arrays;
    }

    @Override
    public SlabKernels slabs() {
        return slabs;
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
        return "vector" + L * Float.SIZE;
    }

    @Override
    public WinogradTransforms transforms() {
        return TRANSFORMS;
    }

    @Override
    public int panelRows(int remaining) {
        if (WIDE) {
            return remaining >= 12 ? 12 : remaining >= 5 ? 8 : remaining >= 2 ? 4 : 1;
        }
        return remaining >= 5 ? 5 : remaining >= 2 ? 4 : 1;
    }

    // 13 rows take 26 registers, which still does not spill, and make up for a rest: 49 is 13 and three times 12.
    @Override
    public int columnRows(int remaining) {
        return WIDE && remaining % 12 != 0 && remaining / 12 >= remaining % 12 ? 13 : panelRows(remaining);
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
        float[] s = goOn ? c : ZEROS;
        int step = goOn ? cStride : 0;
        for (int n = 0; n < columns; n += 2 * L) {
            int from = goOn ? cOffset + n : 0;
            int to = cOffset + n;
            switch (rows) {
                case 12 ->
                    RowMicroKernels.rows12(
                            depth, a, aOffset, b, offsets, first, base + n, s, from, step, c, to, cStride);
                case 8 ->
                    RowMicroKernels.rows8(
                            depth, a, aOffset, b, offsets, first, base + n, s, from, step, c, to, cStride);
                case 5 ->
                    RowMicroKernels.rows5(
                            depth, a, aOffset, b, offsets, first, base + n, s, from, step, c, to, cStride);
                case 4 ->
                    RowMicroKernels.rows4(
                            depth, a, aOffset, b, offsets, first, base + n, s, from, step, c, to, cStride);
                case 1 -> RowMicroKernels.rows1(depth, a, aOffset, b, offsets, first, base + n, s, from, c, to);
                default -> throw new IllegalArgumentException("no micro-kernel has " + rows + " rows");
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
        float[] s = goOn ? c : ZEROS;
        int step = goOn ? COLUMNS : 0;
        for (int f = 0; f < COLUMNS; f += 2 * L) {
            int from = goOn ? cOffset + f : 0;
            int to = cOffset + f;
            switch (rows) {
                case 13 ->
                    FilterMicroKernels.rows13(depth, x, offsets, first, base, w, wOffset + f, s, from, step, c, to);
                case 12 ->
                    FilterMicroKernels.rows12(depth, x, offsets, first, base, w, wOffset + f, s, from, step, c, to);
                case 8 ->
                    FilterMicroKernels.rows8(depth, x, offsets, first, base, w, wOffset + f, s, from, step, c, to);
                case 5 ->
                    FilterMicroKernels.rows5(depth, x, offsets, first, base, w, wOffset + f, s, from, step, c, to);
                case 4 ->
                    FilterMicroKernels.rows4(depth, x, offsets, first, base, w, wOffset + f, s, from, step, c, to);
                case 1 -> FilterMicroKernels.rows1(depth, x, offsets, first, base, w, wOffset + f, s, from, c, to);
                default -> throw new IllegalArgumentException("no micro-kernel has " + rows + " rows");
            }
        }
    }

    @Override
    public void transpose(float[] x, int from, int rows, int columns, int to, int stride) {
        int f = 0;
        if (L == Transposition.SIDE) {
            for (; f + L <= columns; f += L) {
                for (int r = 0; r < rows; r += L) {
                    Transposition.square(x, from + r * COLUMNS + f, COLUMNS, x, to + f * stride + r, stride);
                }
            }
        }
        int end = F.loopBound(rows);
        for (; f < columns; f++) {
            int at = to + f * stride;
            for (int r = 0; r < end; r += L) {
                FloatVector.fromArray(F, x, from + r * COLUMNS + f, COLUMN, 0).intoArray(x, at + r);
            }
            for (int r = end; r < rows; r++) {
                x[at + r] = x[from + r * COLUMNS + f];
            }
        }
    }

    @Override
    public void dots(int rows, int depth, float[] w, int wOffset, float[] x, int xOffset, float[] y, int yOffset) {
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            dots4(depth, w, wOffset + r * depth, x, xOffset, y, yOffset + r);
        }
        for (; r < rows; r++) {
            y[yOffset + r] = dot(depth, w, wOffset + r * depth, x, xOffset);
        }
    }

    private static void dots4(int depth, float[] w, int w0, float[] x, int xOffset, float[] y, int yOffset) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        int end = F.loopBound(depth);
        int w1 = w0 + depth;
        int w2 = w1 + depth;
        int w3 = w2 + depth;
        for (int k = 0; k < end; k += L) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + k);
            s0 = v.fma(FloatVector.fromArray(F, w, w0 + k), s0);
            s1 = v.fma(FloatVector.fromArray(F, w, w1 + k), s1);
            s2 = v.fma(FloatVector.fromArray(F, w, w2 + k), s2);
            s3 = v.fma(FloatVector.fromArray(F, w, w3 + k), s3);
        }
        y[yOffset] = s0.reduceLanes(VectorOperators.ADD) + tailDot(end, depth, w, w0, x, xOffset);
        y[yOffset + 1] = s1.reduceLanes(VectorOperators.ADD) + tailDot(end, depth, w, w1, x, xOffset);
        y[yOffset + 2] = s2.reduceLanes(VectorOperators.ADD) + tailDot(end, depth, w, w2, x, xOffset);
        y[yOffset + 3] = s3.reduceLanes(VectorOperators.ADD) + tailDot(end, depth, w, w3, x, xOffset);
    }

    private static float dot(int depth, float[] w, int wOffset, float[] x, int xOffset) {
        FloatVector s = FloatVector.zero(F);
        int end = F.loopBound(depth);
        for (int k = 0; k < end; k += L) {
            s = FloatVector.fromArray(F, x, xOffset + k).fma(FloatVector.fromArray(F, w, wOffset + k), s);
        }
        return s.reduceLanes(VectorOperators.ADD) + tailDot(end, depth, w, wOffset, x, xOffset);
    }

    private static float tailDot(int from, int depth, float[] w, int wOffset, float[] x, int xOffset) {
        float sum = 0;
        for (int k = from; k < depth; k++) {
            sum += w[wOffset + k] * x[xOffset + k];
        }
        return sum;
    }

    @Override
    public float signedSum(byte[] planes, long bit, float[] x, int xOffset, int n) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        int end = n / (2 * L) * (2 * L);
        for (int i = 0; i < end; i += 2 * L) {
            long word = signs(planes, bit + i);
            s0 = s0.add(FloatVector.fromArray(F, x, xOffset + i), VectorMask.fromLong(F, word));
            s1 = s1.add(FloatVector.fromArray(F, x, xOffset + i + L), VectorMask.fromLong(F, word >>> L));
        }
        float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        long word = signs(planes, bit + end);
        for (int i = end; i < n; i++) {
            sum += (word >>> (i - end) & 1) != 0 ? x[xOffset + i] : 0;
        }
        return sum;
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
        for (int done = 0; done < n; ) {
            int from = place + done;
            int length = Math.min(n - done, CHUNK - from % CHUNK);
            int at = yOffset + from / CHUNK * chunkStride + from % CHUNK;
            int end = F.loopBound(length);
            long first = bit + done;
            decodeVectors(planes, first, planeStride, count, base, step0, step1, step2, step3, y, at, end);
            for (int i = end; i < length; i++) {
                float sum = Float.isNaN(base) ? y[at + i] : base;
                sum += (signs(planes, first + i) & 1) * step0;
                sum += count > 1 ? (signs(planes, first + planeStride + i) & 1) * step1 : 0;
                sum += count > 2 ? (signs(planes, first + 2 * planeStride + i) & 1) * step2 : 0;
                sum += count > 3 ? (signs(planes, first + 3 * planeStride + i) & 1) * step3 : 0;
                y[at + i] = sum;
            }
            done += length;
        }
    }

    private static void decodeVectors(
            byte[] planes,
            long bit,
            long stride,
            int count,
            float base,
            float step0,
            float step1,
            float step2,
            float step3,
            float[] y,
            int at,
            int end) {
        boolean goOn = Float.isNaN(base);
        FloatVector start = FloatVector.broadcast(F, base);
        for (int i = 0; i < end; i += L) {
            FloatVector v = goOn ? FloatVector.fromArray(F, y, at + i) : start;
            v = v.add(step0, VectorMask.fromLong(F, signs(planes, bit + i)));
            if (count > 1) {
                v = v.add(step1, VectorMask.fromLong(F, signs(planes, bit + stride + i)));
            }
            if (count > 2) {
                v = v.add(step2, VectorMask.fromLong(F, signs(planes, bit + 2 * stride + i)));
            }
            if (count > 3) {
                v = v.add(step3, VectorMask.fromLong(F, signs(planes, bit + 3 * stride + i)));
            }
            v.intoArray(y, at + i);
        }
    }

    /** At least the signs of a vector from a bit on; what is above them is not looked at. */
    static long signs(byte[] planes, long bit) {
        return (long) LITTLE_ENDIAN_LONG.get(planes, (int) (bit >>> 3)) >>> (bit & 7);
    }

    @Override
    public void affineClip(
            float[] x, int xOffset, float[] y, int yOffset, int n, float scale, float shift, float low, float high) {
        clip(x, xOffset, y, yOffset, n, scale, shift, low, high);
    }

    /** {@link #affineClip}, for what has no kernels at hand. */
    static void clip(
            float[] x, int xOffset, float[] y, int yOffset, int n, float scale, float shift, float low, float high) {
        FloatVector t = FloatVector.broadcast(F, shift);
        FloatVector lo = FloatVector.broadcast(F, low);
        FloatVector hi = FloatVector.broadcast(F, high);
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + i).mul(scale).add(t);
            v = v.blend(lo, v.compare(VectorOperators.LT, lo));
            v.blend(hi, v.compare(VectorOperators.GT, hi)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            float v = x[xOffset + i] * scale + shift;
            float raised = v < low ? low : v;
            y[yOffset + i] = raised > high ? high : raised;
        }
    }

    @Override
    public void leakyRelu(float[] x, int xOffset, float[] y, int yOffset, int n, float slope) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + i);
            VectorMask<Float> negative = v.lt(0);
            v.mul(slope, negative).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            float v = x[xOffset + i];
            y[yOffset + i] = v < 0 ? slope * v : v;
        }
    }

    @Override
    public void fetch(float[] x, int offset, int n) {
        float sum = 0;
        for (int i = 0; i < n; i += LINE) {
            sum += x[offset + i];
        }
        fetched = sum;
    }

    @Override
    public void everySecond(float[] x, int xOffset, float[] y, int yOffset, int n) {
        // The second of the two vectors ends one element behind what is wanted.
        int end = F.loopBound(Math.min(n, (x.length - xOffset) / 2));
        for (int i = 0; i < end; i += L) {
            FloatVector a = FloatVector.fromArray(F, x, xOffset + 2 * i);
            FloatVector b = FloatVector.fromArray(F, x, xOffset + 2 * i + L);
            a.rearrange(EVEN).blend(b.rearrange(EVEN), UPPER).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = x[xOffset + 2 * i];
        }
    }

    @Override
    public void interleave(float[] x, int a, int b, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector even = FloatVector.fromArray(F, x, a + i);
            FloatVector odd = FloatVector.fromArray(F, x, b + i);
            int to = yOffset + 2 * i;
            even.rearrange(LOW).blend(odd.rearrange(LOW), ODDS).intoArray(y, to);
            even.rearrange(HIGH).blend(odd.rearrange(HIGH), ODDS).intoArray(y, to + L);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + 2 * i] = x[a + i];
            y[yOffset + 2 * i + 1] = x[b + i];
        }
    }

    @Override
    public void add(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, a, aOffset + i);
            v.add(FloatVector.fromArray(F, b, bOffset + i)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void maximum(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + i);
            FloatVector most = FloatVector.fromArray(F, y, yOffset + i);
            most.blend(v, v.compare(VectorOperators.GT, most)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = x[xOffset + i] > y[yOffset + i] ? x[xOffset + i] : y[yOffset + i];
        }
    }

    @Override
    public void multiply(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, a, aOffset + i);
            v.mul(FloatVector.fromArray(F, b, bOffset + i)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    @Override
    public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int n) {
        FloatVector f = FloatVector.broadcast(F, factor);
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + i);
            v.fma(f, FloatVector.fromArray(F, y, yOffset + i)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }

    @Override
    public double sum(float[] x, int offset, int n) {
        double total = 0;
        for (int from = 0; from < n; from += SUM_BLOCK) {
            total += blockSum(x, offset + from, Math.min(SUM_BLOCK, n - from));
        }
        return total;
    }

    private static float blockSum(float[] x, int offset, int n) {
        FloatVector s = FloatVector.zero(F);
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            s = s.add(FloatVector.fromArray(F, x, offset + i));
        }
        float sum = s.reduceLanes(VectorOperators.ADD);
        for (int i = end; i < n; i++) {
            sum += x[offset + i];
        }
        return sum;
    }

    @Override
    public double squaredDeviations(float[] x, int offset, int n, float mean) {
        double total = 0;
        for (int from = 0; from < n; from += SUM_BLOCK) {
            total += blockDeviations(x, offset + from, Math.min(SUM_BLOCK, n - from), mean);
        }
        return total;
    }

    private static float blockDeviations(float[] x, int offset, int n, float mean) {
        FloatVector s = FloatVector.zero(F);
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector d = FloatVector.fromArray(F, x, offset + i).sub(mean);
            s = d.fma(d, s);
        }
        float sum = s.reduceLanes(VectorOperators.ADD);
        for (int i = end; i < n; i++) {
            float d = x[offset + i] - mean;
            sum += d * d;
        }
        return sum;
    }
}
