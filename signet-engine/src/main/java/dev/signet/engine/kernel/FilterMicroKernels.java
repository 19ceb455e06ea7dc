// Written by KernelGenerator (in this package's tests): change that.
package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Micro-kernels of the product with filters along the vectors: sums of {@code rows} columns and two vectors of filters. Sums of
 * row {@code r} go on from {@code start[startAt + r * startStride..]}.
 */
final class FilterMicroKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    private FilterMicroKernels() {}

    static void rows13(
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F);
        FloatVector c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F);
        FloatVector c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F);
        FloatVector c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F);
        FloatVector c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F);
        FloatVector c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F);
        FloatVector c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F);
        FloatVector c7b = FloatVector.zero(F);
        FloatVector c8a = FloatVector.zero(F);
        FloatVector c8b = FloatVector.zero(F);
        FloatVector c9a = FloatVector.zero(F);
        FloatVector c9b = FloatVector.zero(F);
        FloatVector c10a = FloatVector.zero(F);
        FloatVector c10b = FloatVector.zero(F);
        FloatVector c11a = FloatVector.zero(F);
        FloatVector c11b = FloatVector.zero(F);
        FloatVector c12a = FloatVector.zero(F);
        FloatVector c12b = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            int row = offsets[first + k] + base;
            FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);
            FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);
            FloatVector x0 = FloatVector.broadcast(F, x[row]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, x[row + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, x[row + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, x[row + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, x[row + 4]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, x[row + 5]);
            c5a = x5.fma(w0, c5a);
            c5b = x5.fma(w1, c5b);
            FloatVector x6 = FloatVector.broadcast(F, x[row + 6]);
            c6a = x6.fma(w0, c6a);
            c6b = x6.fma(w1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, x[row + 7]);
            c7a = x7.fma(w0, c7a);
            c7b = x7.fma(w1, c7b);
            FloatVector x8 = FloatVector.broadcast(F, x[row + 8]);
            c8a = x8.fma(w0, c8a);
            c8b = x8.fma(w1, c8b);
            FloatVector x9 = FloatVector.broadcast(F, x[row + 9]);
            c9a = x9.fma(w0, c9a);
            c9b = x9.fma(w1, c9b);
            FloatVector x10 = FloatVector.broadcast(F, x[row + 10]);
            c10a = x10.fma(w0, c10a);
            c10b = x10.fma(w1, c10b);
            FloatVector x11 = FloatVector.broadcast(F, x[row + 11]);
            c11a = x11.fma(w0, c11a);
            c11b = x11.fma(w1, c11b);
            FloatVector x12 = FloatVector.broadcast(F, x[row + 12]);
            c12a = x12.fma(w0, c12a);
            c12b = x12.fma(w1, c12b);
        }
        c0a = c0a.add(FloatVector.fromArray(F, start, startAt));
        c0b = c0b.add(FloatVector.fromArray(F, start, startAt + L));
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a = c1a.add(FloatVector.fromArray(F, start, startAt + startStride));
        c1b = c1b.add(FloatVector.fromArray(F, start, startAt + startStride + L));
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + L);
        c2a = c2a.add(FloatVector.fromArray(F, start, startAt + 2 * startStride));
        c2b = c2b.add(FloatVector.fromArray(F, start, startAt + 2 * startStride + L));
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + L);
        c3a = c3a.add(FloatVector.fromArray(F, start, startAt + 3 * startStride));
        c3b = c3b.add(FloatVector.fromArray(F, start, startAt + 3 * startStride + L));
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + L);
        c4a = c4a.add(FloatVector.fromArray(F, start, startAt + 4 * startStride));
        c4b = c4b.add(FloatVector.fromArray(F, start, startAt + 4 * startStride + L));
        c4a.intoArray(c, at + 4 * COLUMNS);
        c4b.intoArray(c, at + 4 * COLUMNS + L);
        c5a = c5a.add(FloatVector.fromArray(F, start, startAt + 5 * startStride));
        c5b = c5b.add(FloatVector.fromArray(F, start, startAt + 5 * startStride + L));
        c5a.intoArray(c, at + 5 * COLUMNS);
        c5b.intoArray(c, at + 5 * COLUMNS + L);
        c6a = c6a.add(FloatVector.fromArray(F, start, startAt + 6 * startStride));
        c6b = c6b.add(FloatVector.fromArray(F, start, startAt + 6 * startStride + L));
        c6a.intoArray(c, at + 6 * COLUMNS);
        c6b.intoArray(c, at + 6 * COLUMNS + L);
        c7a = c7a.add(FloatVector.fromArray(F, start, startAt + 7 * startStride));
        c7b = c7b.add(FloatVector.fromArray(F, start, startAt + 7 * startStride + L));
        c7a.intoArray(c, at + 7 * COLUMNS);
        c7b.intoArray(c, at + 7 * COLUMNS + L);
        c8a = c8a.add(FloatVector.fromArray(F, start, startAt + 8 * startStride));
        c8b = c8b.add(FloatVector.fromArray(F, start, startAt + 8 * startStride + L));
        c8a.intoArray(c, at + 8 * COLUMNS);
        c8b.intoArray(c, at + 8 * COLUMNS + L);
        c9a = c9a.add(FloatVector.fromArray(F, start, startAt + 9 * startStride));
        c9b = c9b.add(FloatVector.fromArray(F, start, startAt + 9 * startStride + L));
        c9a.intoArray(c, at + 9 * COLUMNS);
        c9b.intoArray(c, at + 9 * COLUMNS + L);
        c10a = c10a.add(FloatVector.fromArray(F, start, startAt + 10 * startStride));
        c10b = c10b.add(FloatVector.fromArray(F, start, startAt + 10 * startStride + L));
        c10a.intoArray(c, at + 10 * COLUMNS);
        c10b.intoArray(c, at + 10 * COLUMNS + L);
        c11a = c11a.add(FloatVector.fromArray(F, start, startAt + 11 * startStride));
        c11b = c11b.add(FloatVector.fromArray(F, start, startAt + 11 * startStride + L));
        c11a.intoArray(c, at + 11 * COLUMNS);
        c11b.intoArray(c, at + 11 * COLUMNS + L);
        c12a = c12a.add(FloatVector.fromArray(F, start, startAt + 12 * startStride));
        c12b = c12b.add(FloatVector.fromArray(F, start, startAt + 12 * startStride + L));
        c12a.intoArray(c, at + 12 * COLUMNS);
        c12b.intoArray(c, at + 12 * COLUMNS + L);
    }

    static void rows12(
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F);
        FloatVector c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F);
        FloatVector c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F);
        FloatVector c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F);
        FloatVector c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F);
        FloatVector c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F);
        FloatVector c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F);
        FloatVector c7b = FloatVector.zero(F);
        FloatVector c8a = FloatVector.zero(F);
        FloatVector c8b = FloatVector.zero(F);
        FloatVector c9a = FloatVector.zero(F);
        FloatVector c9b = FloatVector.zero(F);
        FloatVector c10a = FloatVector.zero(F);
        FloatVector c10b = FloatVector.zero(F);
        FloatVector c11a = FloatVector.zero(F);
        FloatVector c11b = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            int row = offsets[first + k] + base;
            FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);
            FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);
            FloatVector x0 = FloatVector.broadcast(F, x[row]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, x[row + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, x[row + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, x[row + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, x[row + 4]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, x[row + 5]);
            c5a = x5.fma(w0, c5a);
            c5b = x5.fma(w1, c5b);
            FloatVector x6 = FloatVector.broadcast(F, x[row + 6]);
            c6a = x6.fma(w0, c6a);
            c6b = x6.fma(w1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, x[row + 7]);
            c7a = x7.fma(w0, c7a);
            c7b = x7.fma(w1, c7b);
            FloatVector x8 = FloatVector.broadcast(F, x[row + 8]);
            c8a = x8.fma(w0, c8a);
            c8b = x8.fma(w1, c8b);
            FloatVector x9 = FloatVector.broadcast(F, x[row + 9]);
            c9a = x9.fma(w0, c9a);
            c9b = x9.fma(w1, c9b);
            FloatVector x10 = FloatVector.broadcast(F, x[row + 10]);
            c10a = x10.fma(w0, c10a);
            c10b = x10.fma(w1, c10b);
            FloatVector x11 = FloatVector.broadcast(F, x[row + 11]);
            c11a = x11.fma(w0, c11a);
            c11b = x11.fma(w1, c11b);
        }
        c0a = c0a.add(FloatVector.fromArray(F, start, startAt));
        c0b = c0b.add(FloatVector.fromArray(F, start, startAt + L));
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a = c1a.add(FloatVector.fromArray(F, start, startAt + startStride));
        c1b = c1b.add(FloatVector.fromArray(F, start, startAt + startStride + L));
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + L);
        c2a = c2a.add(FloatVector.fromArray(F, start, startAt + 2 * startStride));
        c2b = c2b.add(FloatVector.fromArray(F, start, startAt + 2 * startStride + L));
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + L);
        c3a = c3a.add(FloatVector.fromArray(F, start, startAt + 3 * startStride));
        c3b = c3b.add(FloatVector.fromArray(F, start, startAt + 3 * startStride + L));
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + L);
        c4a = c4a.add(FloatVector.fromArray(F, start, startAt + 4 * startStride));
        c4b = c4b.add(FloatVector.fromArray(F, start, startAt + 4 * startStride + L));
        c4a.intoArray(c, at + 4 * COLUMNS);
        c4b.intoArray(c, at + 4 * COLUMNS + L);
        c5a = c5a.add(FloatVector.fromArray(F, start, startAt + 5 * startStride));
        c5b = c5b.add(FloatVector.fromArray(F, start, startAt + 5 * startStride + L));
        c5a.intoArray(c, at + 5 * COLUMNS);
        c5b.intoArray(c, at + 5 * COLUMNS + L);
        c6a = c6a.add(FloatVector.fromArray(F, start, startAt + 6 * startStride));
        c6b = c6b.add(FloatVector.fromArray(F, start, startAt + 6 * startStride + L));
        c6a.intoArray(c, at + 6 * COLUMNS);
        c6b.intoArray(c, at + 6 * COLUMNS + L);
        c7a = c7a.add(FloatVector.fromArray(F, start, startAt + 7 * startStride));
        c7b = c7b.add(FloatVector.fromArray(F, start, startAt + 7 * startStride + L));
        c7a.intoArray(c, at + 7 * COLUMNS);
        c7b.intoArray(c, at + 7 * COLUMNS + L);
        c8a = c8a.add(FloatVector.fromArray(F, start, startAt + 8 * startStride));
        c8b = c8b.add(FloatVector.fromArray(F, start, startAt + 8 * startStride + L));
        c8a.intoArray(c, at + 8 * COLUMNS);
        c8b.intoArray(c, at + 8 * COLUMNS + L);
        c9a = c9a.add(FloatVector.fromArray(F, start, startAt + 9 * startStride));
        c9b = c9b.add(FloatVector.fromArray(F, start, startAt + 9 * startStride + L));
        c9a.intoArray(c, at + 9 * COLUMNS);
        c9b.intoArray(c, at + 9 * COLUMNS + L);
        c10a = c10a.add(FloatVector.fromArray(F, start, startAt + 10 * startStride));
        c10b = c10b.add(FloatVector.fromArray(F, start, startAt + 10 * startStride + L));
        c10a.intoArray(c, at + 10 * COLUMNS);
        c10b.intoArray(c, at + 10 * COLUMNS + L);
        c11a = c11a.add(FloatVector.fromArray(F, start, startAt + 11 * startStride));
        c11b = c11b.add(FloatVector.fromArray(F, start, startAt + 11 * startStride + L));
        c11a.intoArray(c, at + 11 * COLUMNS);
        c11b.intoArray(c, at + 11 * COLUMNS + L);
    }

    static void rows8(
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F);
        FloatVector c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F);
        FloatVector c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F);
        FloatVector c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F);
        FloatVector c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F);
        FloatVector c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F);
        FloatVector c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F);
        FloatVector c7b = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            int row = offsets[first + k] + base;
            FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);
            FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);
            FloatVector x0 = FloatVector.broadcast(F, x[row]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, x[row + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, x[row + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, x[row + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, x[row + 4]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, x[row + 5]);
            c5a = x5.fma(w0, c5a);
            c5b = x5.fma(w1, c5b);
            FloatVector x6 = FloatVector.broadcast(F, x[row + 6]);
            c6a = x6.fma(w0, c6a);
            c6b = x6.fma(w1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, x[row + 7]);
            c7a = x7.fma(w0, c7a);
            c7b = x7.fma(w1, c7b);
        }
        c0a = c0a.add(FloatVector.fromArray(F, start, startAt));
        c0b = c0b.add(FloatVector.fromArray(F, start, startAt + L));
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a = c1a.add(FloatVector.fromArray(F, start, startAt + startStride));
        c1b = c1b.add(FloatVector.fromArray(F, start, startAt + startStride + L));
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + L);
        c2a = c2a.add(FloatVector.fromArray(F, start, startAt + 2 * startStride));
        c2b = c2b.add(FloatVector.fromArray(F, start, startAt + 2 * startStride + L));
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + L);
        c3a = c3a.add(FloatVector.fromArray(F, start, startAt + 3 * startStride));
        c3b = c3b.add(FloatVector.fromArray(F, start, startAt + 3 * startStride + L));
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + L);
        c4a = c4a.add(FloatVector.fromArray(F, start, startAt + 4 * startStride));
        c4b = c4b.add(FloatVector.fromArray(F, start, startAt + 4 * startStride + L));
        c4a.intoArray(c, at + 4 * COLUMNS);
        c4b.intoArray(c, at + 4 * COLUMNS + L);
        c5a = c5a.add(FloatVector.fromArray(F, start, startAt + 5 * startStride));
        c5b = c5b.add(FloatVector.fromArray(F, start, startAt + 5 * startStride + L));
        c5a.intoArray(c, at + 5 * COLUMNS);
        c5b.intoArray(c, at + 5 * COLUMNS + L);
        c6a = c6a.add(FloatVector.fromArray(F, start, startAt + 6 * startStride));
        c6b = c6b.add(FloatVector.fromArray(F, start, startAt + 6 * startStride + L));
        c6a.intoArray(c, at + 6 * COLUMNS);
        c6b.intoArray(c, at + 6 * COLUMNS + L);
        c7a = c7a.add(FloatVector.fromArray(F, start, startAt + 7 * startStride));
        c7b = c7b.add(FloatVector.fromArray(F, start, startAt + 7 * startStride + L));
        c7a.intoArray(c, at + 7 * COLUMNS);
        c7b.intoArray(c, at + 7 * COLUMNS + L);
    }

    static void rows5(
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F);
        FloatVector c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F);
        FloatVector c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F);
        FloatVector c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F);
        FloatVector c4b = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            int row = offsets[first + k] + base;
            FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);
            FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);
            FloatVector x0 = FloatVector.broadcast(F, x[row]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, x[row + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, x[row + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, x[row + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, x[row + 4]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
        }
        c0a = c0a.add(FloatVector.fromArray(F, start, startAt));
        c0b = c0b.add(FloatVector.fromArray(F, start, startAt + L));
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a = c1a.add(FloatVector.fromArray(F, start, startAt + startStride));
        c1b = c1b.add(FloatVector.fromArray(F, start, startAt + startStride + L));
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + L);
        c2a = c2a.add(FloatVector.fromArray(F, start, startAt + 2 * startStride));
        c2b = c2b.add(FloatVector.fromArray(F, start, startAt + 2 * startStride + L));
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + L);
        c3a = c3a.add(FloatVector.fromArray(F, start, startAt + 3 * startStride));
        c3b = c3b.add(FloatVector.fromArray(F, start, startAt + 3 * startStride + L));
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + L);
        c4a = c4a.add(FloatVector.fromArray(F, start, startAt + 4 * startStride));
        c4b = c4b.add(FloatVector.fromArray(F, start, startAt + 4 * startStride + L));
        c4a.intoArray(c, at + 4 * COLUMNS);
        c4b.intoArray(c, at + 4 * COLUMNS + L);
    }

    static void rows4(
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            float[] start,
            int startAt,
            int startStride,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F);
        FloatVector c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F);
        FloatVector c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F);
        FloatVector c3b = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            int row = offsets[first + k] + base;
            FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);
            FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);
            FloatVector x0 = FloatVector.broadcast(F, x[row]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, x[row + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, x[row + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, x[row + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
        }
        c0a = c0a.add(FloatVector.fromArray(F, start, startAt));
        c0b = c0b.add(FloatVector.fromArray(F, start, startAt + L));
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
        c1a = c1a.add(FloatVector.fromArray(F, start, startAt + startStride));
        c1b = c1b.add(FloatVector.fromArray(F, start, startAt + startStride + L));
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + L);
        c2a = c2a.add(FloatVector.fromArray(F, start, startAt + 2 * startStride));
        c2b = c2b.add(FloatVector.fromArray(F, start, startAt + 2 * startStride + L));
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + L);
        c3a = c3a.add(FloatVector.fromArray(F, start, startAt + 3 * startStride));
        c3b = c3b.add(FloatVector.fromArray(F, start, startAt + 3 * startStride + L));
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + L);
    }

    static void rows1(
            int depth,
            float[] x,
            int[] offsets,
            int first,
            int base,
            float[] w,
            int wOffset,
            float[] start,
            int startAt,
            float[] c,
            int at) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c0b = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            int row = offsets[first + k] + base;
            FloatVector w0 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS);
            FloatVector w1 = FloatVector.fromArray(F, w, wOffset + k * COLUMNS + L);
            FloatVector x0 = FloatVector.broadcast(F, x[row]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
        }
        c0a = c0a.add(FloatVector.fromArray(F, start, startAt));
        c0b = c0b.add(FloatVector.fromArray(F, start, startAt + L));
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + L);
    }
}
