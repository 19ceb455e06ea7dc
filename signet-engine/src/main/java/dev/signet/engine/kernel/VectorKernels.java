package dev.signet.engine.kernel;

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
 * <p>The product keeps a tile of {@code rows x 2 vectors} sums in registers; the tiles are written out by hand because C2 keeps
 * a vector in a register only if it is a local variable. 12 rows take 24 of AVX-512's 32 registers; with 16 registers (AVX2)
 * 5 rows are the most that does not spill. Main loops and the loops for the rest are separate methods: C2 stops inlining
 * when a method has too many vector operations.
 */
final class VectorKernels implements Kernels {
    // The only species of the process: a second one would make the profiles of the Vector API's methods ambiguous.
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > COLUMNS / 2
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    private static final boolean WIDE = L == 16;

    private static final VarHandle LITTLE_ENDIAN_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // Vectors of partial sums are added up this often, so that rounding does not grow with the length of the array.
    private static final int SUM_BLOCK = 4096;

    @Override
    public String name() {
        return "vector" + L * Float.SIZE;
    }

    @Override
    public int panelRows(int remaining) {
        if (WIDE && remaining >= 12) {
            return 12;
        }
        if (WIDE && remaining >= 8) {
            return 8;
        }
        if (!WIDE && remaining >= 5) {
            return 5;
        }
        return remaining >= 2 ? 4 : 1;
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
        for (int n = 0; n < columns; n += 2 * L) {
            switch (rows) {
                case 12 -> tile12(depth, a, aOffset, b, offsets, first, base + n, c, cOffset + n, cStride);
                case 8 -> tile8(depth, a, aOffset, b, offsets, first, base + n, c, cOffset + n, cStride);
                case 5 -> tile5(depth, a, aOffset, b, offsets, first, base + n, c, cOffset + n, cStride);
                case 4 -> tile4(depth, a, aOffset, b, offsets, first, base + n, c, cOffset + n, cStride);
                case 1 -> tile1(depth, a, aOffset, b, offsets, first, base + n, c, cOffset + n);
                default -> throw new IllegalArgumentException("no tile has " + rows + " rows");
            }
        }
    }

    private static void tile12(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, c, at);
        FloatVector c0b = FloatVector.fromArray(F, c, at + L);
        FloatVector c1a = FloatVector.fromArray(F, c, at + stride);
        FloatVector c1b = FloatVector.fromArray(F, c, at + stride + L);
        FloatVector c2a = FloatVector.fromArray(F, c, at + 2 * stride);
        FloatVector c2b = FloatVector.fromArray(F, c, at + 2 * stride + L);
        FloatVector c3a = FloatVector.fromArray(F, c, at + 3 * stride);
        FloatVector c3b = FloatVector.fromArray(F, c, at + 3 * stride + L);
        FloatVector c4a = FloatVector.fromArray(F, c, at + 4 * stride);
        FloatVector c4b = FloatVector.fromArray(F, c, at + 4 * stride + L);
        FloatVector c5a = FloatVector.fromArray(F, c, at + 5 * stride);
        FloatVector c5b = FloatVector.fromArray(F, c, at + 5 * stride + L);
        FloatVector c6a = FloatVector.fromArray(F, c, at + 6 * stride);
        FloatVector c6b = FloatVector.fromArray(F, c, at + 6 * stride + L);
        FloatVector c7a = FloatVector.fromArray(F, c, at + 7 * stride);
        FloatVector c7b = FloatVector.fromArray(F, c, at + 7 * stride + L);
        FloatVector c8a = FloatVector.fromArray(F, c, at + 8 * stride);
        FloatVector c8b = FloatVector.fromArray(F, c, at + 8 * stride + L);
        FloatVector c9a = FloatVector.fromArray(F, c, at + 9 * stride);
        FloatVector c9b = FloatVector.fromArray(F, c, at + 9 * stride + L);
        FloatVector c10a = FloatVector.fromArray(F, c, at + 10 * stride);
        FloatVector c10b = FloatVector.fromArray(F, c, at + 10 * stride + L);
        FloatVector c11a = FloatVector.fromArray(F, c, at + 11 * stride);
        FloatVector c11b = FloatVector.fromArray(F, c, at + 11 * stride + L);
        int panel = aOffset;
        for (int from = 0; from < depth; from += CHUNK) {
            int end = Math.min(CHUNK, depth - from);
            for (int k = 0; k < end; k++) {
                int row = offsets[first + from + k] + base;
                FloatVector b0 = FloatVector.fromArray(F, b, row);
                FloatVector b1 = FloatVector.fromArray(F, b, row + L);
                FloatVector w0 = FloatVector.broadcast(F, a[panel + k]);
                c0a = w0.fma(b0, c0a);
                c0b = w0.fma(b1, c0b);
                FloatVector w1 = FloatVector.broadcast(F, a[panel + k + CHUNK]);
                c1a = w1.fma(b0, c1a);
                c1b = w1.fma(b1, c1b);
                FloatVector w2 = FloatVector.broadcast(F, a[panel + k + 2 * CHUNK]);
                c2a = w2.fma(b0, c2a);
                c2b = w2.fma(b1, c2b);
                FloatVector w3 = FloatVector.broadcast(F, a[panel + k + 3 * CHUNK]);
                c3a = w3.fma(b0, c3a);
                c3b = w3.fma(b1, c3b);
                FloatVector w4 = FloatVector.broadcast(F, a[panel + k + 4 * CHUNK]);
                c4a = w4.fma(b0, c4a);
                c4b = w4.fma(b1, c4b);
                FloatVector w5 = FloatVector.broadcast(F, a[panel + k + 5 * CHUNK]);
                c5a = w5.fma(b0, c5a);
                c5b = w5.fma(b1, c5b);
                FloatVector w6 = FloatVector.broadcast(F, a[panel + k + 6 * CHUNK]);
                c6a = w6.fma(b0, c6a);
                c6b = w6.fma(b1, c6b);
                FloatVector w7 = FloatVector.broadcast(F, a[panel + k + 7 * CHUNK]);
                c7a = w7.fma(b0, c7a);
                c7b = w7.fma(b1, c7b);
                FloatVector w8 = FloatVector.broadcast(F, a[panel + k + 8 * CHUNK]);
                c8a = w8.fma(b0, c8a);
                c8b = w8.fma(b1, c8b);
                FloatVector w9 = FloatVector.broadcast(F, a[panel + k + 9 * CHUNK]);
                c9a = w9.fma(b0, c9a);
                c9b = w9.fma(b1, c9b);
                FloatVector w10 = FloatVector.broadcast(F, a[panel + k + 10 * CHUNK]);
                c10a = w10.fma(b0, c10a);
                c10b = w10.fma(b1, c10b);
                FloatVector w11 = FloatVector.broadcast(F, a[panel + k + 11 * CHUNK]);
                c11a = w11.fma(b0, c11a);
                c11b = w11.fma(b1, c11b);
            }
            panel += 12 * CHUNK;
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a.intoArray(c, at + stride);
        c1b.intoArray(c, at + stride + L);
        c2a.intoArray(c, at + 2 * stride);
        c2b.intoArray(c, at + 2 * stride + L);
        c3a.intoArray(c, at + 3 * stride);
        c3b.intoArray(c, at + 3 * stride + L);
        c4a.intoArray(c, at + 4 * stride);
        c4b.intoArray(c, at + 4 * stride + L);
        c5a.intoArray(c, at + 5 * stride);
        c5b.intoArray(c, at + 5 * stride + L);
        c6a.intoArray(c, at + 6 * stride);
        c6b.intoArray(c, at + 6 * stride + L);
        c7a.intoArray(c, at + 7 * stride);
        c7b.intoArray(c, at + 7 * stride + L);
        c8a.intoArray(c, at + 8 * stride);
        c8b.intoArray(c, at + 8 * stride + L);
        c9a.intoArray(c, at + 9 * stride);
        c9b.intoArray(c, at + 9 * stride + L);
        c10a.intoArray(c, at + 10 * stride);
        c10b.intoArray(c, at + 10 * stride + L);
        c11a.intoArray(c, at + 11 * stride);
        c11b.intoArray(c, at + 11 * stride + L);
    }

    private static void tile8(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, c, at);
        FloatVector c0b = FloatVector.fromArray(F, c, at + L);
        FloatVector c1a = FloatVector.fromArray(F, c, at + stride);
        FloatVector c1b = FloatVector.fromArray(F, c, at + stride + L);
        FloatVector c2a = FloatVector.fromArray(F, c, at + 2 * stride);
        FloatVector c2b = FloatVector.fromArray(F, c, at + 2 * stride + L);
        FloatVector c3a = FloatVector.fromArray(F, c, at + 3 * stride);
        FloatVector c3b = FloatVector.fromArray(F, c, at + 3 * stride + L);
        FloatVector c4a = FloatVector.fromArray(F, c, at + 4 * stride);
        FloatVector c4b = FloatVector.fromArray(F, c, at + 4 * stride + L);
        FloatVector c5a = FloatVector.fromArray(F, c, at + 5 * stride);
        FloatVector c5b = FloatVector.fromArray(F, c, at + 5 * stride + L);
        FloatVector c6a = FloatVector.fromArray(F, c, at + 6 * stride);
        FloatVector c6b = FloatVector.fromArray(F, c, at + 6 * stride + L);
        FloatVector c7a = FloatVector.fromArray(F, c, at + 7 * stride);
        FloatVector c7b = FloatVector.fromArray(F, c, at + 7 * stride + L);
        int panel = aOffset;
        for (int from = 0; from < depth; from += CHUNK) {
            int end = Math.min(CHUNK, depth - from);
            for (int k = 0; k < end; k++) {
                int row = offsets[first + from + k] + base;
                FloatVector b0 = FloatVector.fromArray(F, b, row);
                FloatVector b1 = FloatVector.fromArray(F, b, row + L);
                FloatVector w0 = FloatVector.broadcast(F, a[panel + k]);
                c0a = w0.fma(b0, c0a);
                c0b = w0.fma(b1, c0b);
                FloatVector w1 = FloatVector.broadcast(F, a[panel + k + CHUNK]);
                c1a = w1.fma(b0, c1a);
                c1b = w1.fma(b1, c1b);
                FloatVector w2 = FloatVector.broadcast(F, a[panel + k + 2 * CHUNK]);
                c2a = w2.fma(b0, c2a);
                c2b = w2.fma(b1, c2b);
                FloatVector w3 = FloatVector.broadcast(F, a[panel + k + 3 * CHUNK]);
                c3a = w3.fma(b0, c3a);
                c3b = w3.fma(b1, c3b);
                FloatVector w4 = FloatVector.broadcast(F, a[panel + k + 4 * CHUNK]);
                c4a = w4.fma(b0, c4a);
                c4b = w4.fma(b1, c4b);
                FloatVector w5 = FloatVector.broadcast(F, a[panel + k + 5 * CHUNK]);
                c5a = w5.fma(b0, c5a);
                c5b = w5.fma(b1, c5b);
                FloatVector w6 = FloatVector.broadcast(F, a[panel + k + 6 * CHUNK]);
                c6a = w6.fma(b0, c6a);
                c6b = w6.fma(b1, c6b);
                FloatVector w7 = FloatVector.broadcast(F, a[panel + k + 7 * CHUNK]);
                c7a = w7.fma(b0, c7a);
                c7b = w7.fma(b1, c7b);
            }
            panel += 8 * CHUNK;
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a.intoArray(c, at + stride);
        c1b.intoArray(c, at + stride + L);
        c2a.intoArray(c, at + 2 * stride);
        c2b.intoArray(c, at + 2 * stride + L);
        c3a.intoArray(c, at + 3 * stride);
        c3b.intoArray(c, at + 3 * stride + L);
        c4a.intoArray(c, at + 4 * stride);
        c4b.intoArray(c, at + 4 * stride + L);
        c5a.intoArray(c, at + 5 * stride);
        c5b.intoArray(c, at + 5 * stride + L);
        c6a.intoArray(c, at + 6 * stride);
        c6b.intoArray(c, at + 6 * stride + L);
        c7a.intoArray(c, at + 7 * stride);
        c7b.intoArray(c, at + 7 * stride + L);
    }

    private static void tile5(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, c, at);
        FloatVector c0b = FloatVector.fromArray(F, c, at + L);
        FloatVector c1a = FloatVector.fromArray(F, c, at + stride);
        FloatVector c1b = FloatVector.fromArray(F, c, at + stride + L);
        FloatVector c2a = FloatVector.fromArray(F, c, at + 2 * stride);
        FloatVector c2b = FloatVector.fromArray(F, c, at + 2 * stride + L);
        FloatVector c3a = FloatVector.fromArray(F, c, at + 3 * stride);
        FloatVector c3b = FloatVector.fromArray(F, c, at + 3 * stride + L);
        FloatVector c4a = FloatVector.fromArray(F, c, at + 4 * stride);
        FloatVector c4b = FloatVector.fromArray(F, c, at + 4 * stride + L);
        int panel = aOffset;
        for (int from = 0; from < depth; from += CHUNK) {
            int end = Math.min(CHUNK, depth - from);
            for (int k = 0; k < end; k++) {
                int row = offsets[first + from + k] + base;
                FloatVector b0 = FloatVector.fromArray(F, b, row);
                FloatVector b1 = FloatVector.fromArray(F, b, row + L);
                FloatVector w0 = FloatVector.broadcast(F, a[panel + k]);
                c0a = w0.fma(b0, c0a);
                c0b = w0.fma(b1, c0b);
                FloatVector w1 = FloatVector.broadcast(F, a[panel + k + CHUNK]);
                c1a = w1.fma(b0, c1a);
                c1b = w1.fma(b1, c1b);
                FloatVector w2 = FloatVector.broadcast(F, a[panel + k + 2 * CHUNK]);
                c2a = w2.fma(b0, c2a);
                c2b = w2.fma(b1, c2b);
                FloatVector w3 = FloatVector.broadcast(F, a[panel + k + 3 * CHUNK]);
                c3a = w3.fma(b0, c3a);
                c3b = w3.fma(b1, c3b);
                FloatVector w4 = FloatVector.broadcast(F, a[panel + k + 4 * CHUNK]);
                c4a = w4.fma(b0, c4a);
                c4b = w4.fma(b1, c4b);
            }
            panel += 5 * CHUNK;
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a.intoArray(c, at + stride);
        c1b.intoArray(c, at + stride + L);
        c2a.intoArray(c, at + 2 * stride);
        c2b.intoArray(c, at + 2 * stride + L);
        c3a.intoArray(c, at + 3 * stride);
        c3b.intoArray(c, at + 3 * stride + L);
        c4a.intoArray(c, at + 4 * stride);
        c4b.intoArray(c, at + 4 * stride + L);
    }

    private static void tile4(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, c, at);
        FloatVector c0b = FloatVector.fromArray(F, c, at + L);
        FloatVector c1a = FloatVector.fromArray(F, c, at + stride);
        FloatVector c1b = FloatVector.fromArray(F, c, at + stride + L);
        FloatVector c2a = FloatVector.fromArray(F, c, at + 2 * stride);
        FloatVector c2b = FloatVector.fromArray(F, c, at + 2 * stride + L);
        FloatVector c3a = FloatVector.fromArray(F, c, at + 3 * stride);
        FloatVector c3b = FloatVector.fromArray(F, c, at + 3 * stride + L);
        int panel = aOffset;
        for (int from = 0; from < depth; from += CHUNK) {
            int end = Math.min(CHUNK, depth - from);
            for (int k = 0; k < end; k++) {
                int row = offsets[first + from + k] + base;
                FloatVector b0 = FloatVector.fromArray(F, b, row);
                FloatVector b1 = FloatVector.fromArray(F, b, row + L);
                FloatVector w0 = FloatVector.broadcast(F, a[panel + k]);
                c0a = w0.fma(b0, c0a);
                c0b = w0.fma(b1, c0b);
                FloatVector w1 = FloatVector.broadcast(F, a[panel + k + CHUNK]);
                c1a = w1.fma(b0, c1a);
                c1b = w1.fma(b1, c1b);
                FloatVector w2 = FloatVector.broadcast(F, a[panel + k + 2 * CHUNK]);
                c2a = w2.fma(b0, c2a);
                c2b = w2.fma(b1, c2b);
                FloatVector w3 = FloatVector.broadcast(F, a[panel + k + 3 * CHUNK]);
                c3a = w3.fma(b0, c3a);
                c3b = w3.fma(b1, c3b);
            }
            panel += 4 * CHUNK;
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a.intoArray(c, at + stride);
        c1b.intoArray(c, at + stride + L);
        c2a.intoArray(c, at + 2 * stride);
        c2b.intoArray(c, at + 2 * stride + L);
        c3a.intoArray(c, at + 3 * stride);
        c3b.intoArray(c, at + 3 * stride + L);
    }

    private static void tile1(
            int depth, float[] a, int aOffset, float[] b, int[] offsets, int first, int base, float[] c, int at) {
        FloatVector c0a = FloatVector.fromArray(F, c, at);
        FloatVector c0b = FloatVector.fromArray(F, c, at + L);
        int panel = aOffset;
        for (int from = 0; from < depth; from += CHUNK) {
            int end = Math.min(CHUNK, depth - from);
            for (int k = 0; k < end; k++) {
                int row = offsets[first + from + k] + base;
                FloatVector b0 = FloatVector.fromArray(F, b, row);
                FloatVector b1 = FloatVector.fromArray(F, b, row + L);
                FloatVector w0 = FloatVector.broadcast(F, a[panel + k]);
                c0a = w0.fma(b0, c0a);
                c0b = w0.fma(b1, c0b);
            }
            panel += CHUNK;
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
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
        for (int done = 0; done < n; ) {
            int at = place + done;
            int count = Math.min(n - done, CHUNK - at % CHUNK);
            first(planes, bit + done, base, base + step, y, yOffset + at / CHUNK * chunkStride + at % CHUNK, count);
            done += count;
        }
    }

    private static void first(byte[] planes, long bit, float minus, float plus, float[] y, int at, int n) {
        FloatVector low = FloatVector.broadcast(F, minus);
        FloatVector high = FloatVector.broadcast(F, plus);
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            low.blend(high, VectorMask.fromLong(F, signs(planes, bit + i))).intoArray(y, at + i);
        }
        long last = signs(planes, bit + end);
        for (int i = end; i < n; i++) {
            y[at + i] = (last >>> (i - end) & 1) != 0 ? plus : minus;
        }
    }

    @Override
    public void decodeNext(
            byte[] planes, long bit, float step, float[] y, int yOffset, int place, int n, int chunkStride) {
        for (int done = 0; done < n; ) {
            int at = place + done;
            int count = Math.min(n - done, CHUNK - at % CHUNK);
            next(planes, bit + done, step, y, yOffset + at / CHUNK * chunkStride + at % CHUNK, count);
            done += count;
        }
    }

    private static void next(byte[] planes, long bit, float step, float[] y, int at, int n) {
        FloatVector s = FloatVector.broadcast(F, step);
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, y, at + i);
            v.add(s, VectorMask.fromLong(F, signs(planes, bit + i))).intoArray(y, at + i);
        }
        long last = signs(planes, bit + end);
        for (int i = end; i < n; i++) {
            y[at + i] += (last >>> (i - end) & 1) != 0 ? step : 0;
        }
    }

    // At least the L signs from bit on; what is above them is not looked at.
    private static long signs(byte[] planes, long bit) {
        return (long) LITTLE_ENDIAN_LONG.get(planes, (int) (bit >>> 3)) >>> (bit & 7);
    }

    @Override
    public void affineClip(
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
