// Written by KernelGenerator (in this package's tests): change that.
package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.CHUNK;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Micro-kernels of the product with columns along the vectors: sums of {@code rows} filters and two vectors of columns. 12 rows
 * take 24 of AVX-512's 32 registers; with 16 registers (AVX2) 5 rows are the most that does not spill. Sums of row
 * {@code r} go on from {@code start[startAt + r * startStride..]}.
 */
final class RowMicroKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    private RowMicroKernels() {}

    static void rows12(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, start, startAt);
        FloatVector c0b = FloatVector.fromArray(F, start, startAt + L);
        FloatVector c1a = FloatVector.fromArray(F, start, startAt + startStride);
        FloatVector c1b = FloatVector.fromArray(F, start, startAt + startStride + L);
        FloatVector c2a = FloatVector.fromArray(F, start, startAt + 2 * startStride);
        FloatVector c2b = FloatVector.fromArray(F, start, startAt + 2 * startStride + L);
        FloatVector c3a = FloatVector.fromArray(F, start, startAt + 3 * startStride);
        FloatVector c3b = FloatVector.fromArray(F, start, startAt + 3 * startStride + L);
        FloatVector c4a = FloatVector.fromArray(F, start, startAt + 4 * startStride);
        FloatVector c4b = FloatVector.fromArray(F, start, startAt + 4 * startStride + L);
        FloatVector c5a = FloatVector.fromArray(F, start, startAt + 5 * startStride);
        FloatVector c5b = FloatVector.fromArray(F, start, startAt + 5 * startStride + L);
        FloatVector c6a = FloatVector.fromArray(F, start, startAt + 6 * startStride);
        FloatVector c6b = FloatVector.fromArray(F, start, startAt + 6 * startStride + L);
        FloatVector c7a = FloatVector.fromArray(F, start, startAt + 7 * startStride);
        FloatVector c7b = FloatVector.fromArray(F, start, startAt + 7 * startStride + L);
        FloatVector c8a = FloatVector.fromArray(F, start, startAt + 8 * startStride);
        FloatVector c8b = FloatVector.fromArray(F, start, startAt + 8 * startStride + L);
        FloatVector c9a = FloatVector.fromArray(F, start, startAt + 9 * startStride);
        FloatVector c9b = FloatVector.fromArray(F, start, startAt + 9 * startStride + L);
        FloatVector c10a = FloatVector.fromArray(F, start, startAt + 10 * startStride);
        FloatVector c10b = FloatVector.fromArray(F, start, startAt + 10 * startStride + L);
        FloatVector c11a = FloatVector.fromArray(F, start, startAt + 11 * startStride);
        FloatVector c11b = FloatVector.fromArray(F, start, startAt + 11 * startStride + L);
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

    static void rows8(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, start, startAt);
        FloatVector c0b = FloatVector.fromArray(F, start, startAt + L);
        FloatVector c1a = FloatVector.fromArray(F, start, startAt + startStride);
        FloatVector c1b = FloatVector.fromArray(F, start, startAt + startStride + L);
        FloatVector c2a = FloatVector.fromArray(F, start, startAt + 2 * startStride);
        FloatVector c2b = FloatVector.fromArray(F, start, startAt + 2 * startStride + L);
        FloatVector c3a = FloatVector.fromArray(F, start, startAt + 3 * startStride);
        FloatVector c3b = FloatVector.fromArray(F, start, startAt + 3 * startStride + L);
        FloatVector c4a = FloatVector.fromArray(F, start, startAt + 4 * startStride);
        FloatVector c4b = FloatVector.fromArray(F, start, startAt + 4 * startStride + L);
        FloatVector c5a = FloatVector.fromArray(F, start, startAt + 5 * startStride);
        FloatVector c5b = FloatVector.fromArray(F, start, startAt + 5 * startStride + L);
        FloatVector c6a = FloatVector.fromArray(F, start, startAt + 6 * startStride);
        FloatVector c6b = FloatVector.fromArray(F, start, startAt + 6 * startStride + L);
        FloatVector c7a = FloatVector.fromArray(F, start, startAt + 7 * startStride);
        FloatVector c7b = FloatVector.fromArray(F, start, startAt + 7 * startStride + L);
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

    static void rows5(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, start, startAt);
        FloatVector c0b = FloatVector.fromArray(F, start, startAt + L);
        FloatVector c1a = FloatVector.fromArray(F, start, startAt + startStride);
        FloatVector c1b = FloatVector.fromArray(F, start, startAt + startStride + L);
        FloatVector c2a = FloatVector.fromArray(F, start, startAt + 2 * startStride);
        FloatVector c2b = FloatVector.fromArray(F, start, startAt + 2 * startStride + L);
        FloatVector c3a = FloatVector.fromArray(F, start, startAt + 3 * startStride);
        FloatVector c3b = FloatVector.fromArray(F, start, startAt + 3 * startStride + L);
        FloatVector c4a = FloatVector.fromArray(F, start, startAt + 4 * startStride);
        FloatVector c4b = FloatVector.fromArray(F, start, startAt + 4 * startStride + L);
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

    static void rows4(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at,
            int stride) {
        FloatVector c0a = FloatVector.fromArray(F, start, startAt);
        FloatVector c0b = FloatVector.fromArray(F, start, startAt + L);
        FloatVector c1a = FloatVector.fromArray(F, start, startAt + startStride);
        FloatVector c1b = FloatVector.fromArray(F, start, startAt + startStride + L);
        FloatVector c2a = FloatVector.fromArray(F, start, startAt + 2 * startStride);
        FloatVector c2b = FloatVector.fromArray(F, start, startAt + 2 * startStride + L);
        FloatVector c3a = FloatVector.fromArray(F, start, startAt + 3 * startStride);
        FloatVector c3b = FloatVector.fromArray(F, start, startAt + 3 * startStride + L);
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

    static void rows1(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int[] offsets,
            int first,
            int base,
            float[] start,
            int startAt,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.fromArray(F, start, startAt);
        FloatVector c0b = FloatVector.fromArray(F, start, startAt + L);
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
}
