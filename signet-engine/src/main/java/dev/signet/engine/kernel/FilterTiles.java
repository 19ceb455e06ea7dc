package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of the product with filters along the vectors: sums of {@code rows} columns and two vectors of filters. Written out by
 * hand because C2 keeps a vector in a register only if it is a local variable. Sums of row {@code r} go
 * on from {@code start[startAt + r * startStride..]}.
 */
final class FilterTiles {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    private FilterTiles() {}

    static void tile13(
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
        FloatVector.fromArray(F, start, startAt).add(c0a).intoArray(c, at);
        FloatVector.fromArray(F, start, startAt + L).add(c0b).intoArray(c, at + L);
        FloatVector.fromArray(F, start, startAt + startStride).add(c1a).intoArray(c, at + COLUMNS);
        FloatVector.fromArray(F, start, startAt + startStride + L).add(c1b).intoArray(c, at + COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 2 * startStride).add(c2a).intoArray(c, at + 2 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 2 * startStride + L).add(c2b).intoArray(c, at + 2 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 3 * startStride).add(c3a).intoArray(c, at + 3 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 3 * startStride + L).add(c3b).intoArray(c, at + 3 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 4 * startStride).add(c4a).intoArray(c, at + 4 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 4 * startStride + L).add(c4b).intoArray(c, at + 4 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 5 * startStride).add(c5a).intoArray(c, at + 5 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 5 * startStride + L).add(c5b).intoArray(c, at + 5 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 6 * startStride).add(c6a).intoArray(c, at + 6 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 6 * startStride + L).add(c6b).intoArray(c, at + 6 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 7 * startStride).add(c7a).intoArray(c, at + 7 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 7 * startStride + L).add(c7b).intoArray(c, at + 7 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 8 * startStride).add(c8a).intoArray(c, at + 8 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 8 * startStride + L).add(c8b).intoArray(c, at + 8 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 9 * startStride).add(c9a).intoArray(c, at + 9 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 9 * startStride + L).add(c9b).intoArray(c, at + 9 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 10 * startStride).add(c10a).intoArray(c, at + 10 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 10 * startStride + L)
                .add(c10b)
                .intoArray(c, at + 10 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 11 * startStride).add(c11a).intoArray(c, at + 11 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 11 * startStride + L)
                .add(c11b)
                .intoArray(c, at + 11 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 12 * startStride).add(c12a).intoArray(c, at + 12 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 12 * startStride + L)
                .add(c12b)
                .intoArray(c, at + 12 * COLUMNS + L);
    }

    static void tile12(
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
        FloatVector.fromArray(F, start, startAt).add(c0a).intoArray(c, at);
        FloatVector.fromArray(F, start, startAt + L).add(c0b).intoArray(c, at + L);
        FloatVector.fromArray(F, start, startAt + startStride).add(c1a).intoArray(c, at + COLUMNS);
        FloatVector.fromArray(F, start, startAt + startStride + L).add(c1b).intoArray(c, at + COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 2 * startStride).add(c2a).intoArray(c, at + 2 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 2 * startStride + L).add(c2b).intoArray(c, at + 2 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 3 * startStride).add(c3a).intoArray(c, at + 3 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 3 * startStride + L).add(c3b).intoArray(c, at + 3 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 4 * startStride).add(c4a).intoArray(c, at + 4 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 4 * startStride + L).add(c4b).intoArray(c, at + 4 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 5 * startStride).add(c5a).intoArray(c, at + 5 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 5 * startStride + L).add(c5b).intoArray(c, at + 5 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 6 * startStride).add(c6a).intoArray(c, at + 6 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 6 * startStride + L).add(c6b).intoArray(c, at + 6 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 7 * startStride).add(c7a).intoArray(c, at + 7 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 7 * startStride + L).add(c7b).intoArray(c, at + 7 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 8 * startStride).add(c8a).intoArray(c, at + 8 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 8 * startStride + L).add(c8b).intoArray(c, at + 8 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 9 * startStride).add(c9a).intoArray(c, at + 9 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 9 * startStride + L).add(c9b).intoArray(c, at + 9 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 10 * startStride).add(c10a).intoArray(c, at + 10 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 10 * startStride + L)
                .add(c10b)
                .intoArray(c, at + 10 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 11 * startStride).add(c11a).intoArray(c, at + 11 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 11 * startStride + L)
                .add(c11b)
                .intoArray(c, at + 11 * COLUMNS + L);
    }

    static void tile8(
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
        FloatVector.fromArray(F, start, startAt).add(c0a).intoArray(c, at);
        FloatVector.fromArray(F, start, startAt + L).add(c0b).intoArray(c, at + L);
        FloatVector.fromArray(F, start, startAt + startStride).add(c1a).intoArray(c, at + COLUMNS);
        FloatVector.fromArray(F, start, startAt + startStride + L).add(c1b).intoArray(c, at + COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 2 * startStride).add(c2a).intoArray(c, at + 2 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 2 * startStride + L).add(c2b).intoArray(c, at + 2 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 3 * startStride).add(c3a).intoArray(c, at + 3 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 3 * startStride + L).add(c3b).intoArray(c, at + 3 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 4 * startStride).add(c4a).intoArray(c, at + 4 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 4 * startStride + L).add(c4b).intoArray(c, at + 4 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 5 * startStride).add(c5a).intoArray(c, at + 5 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 5 * startStride + L).add(c5b).intoArray(c, at + 5 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 6 * startStride).add(c6a).intoArray(c, at + 6 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 6 * startStride + L).add(c6b).intoArray(c, at + 6 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 7 * startStride).add(c7a).intoArray(c, at + 7 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 7 * startStride + L).add(c7b).intoArray(c, at + 7 * COLUMNS + L);
    }

    static void tile5(
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
        FloatVector.fromArray(F, start, startAt).add(c0a).intoArray(c, at);
        FloatVector.fromArray(F, start, startAt + L).add(c0b).intoArray(c, at + L);
        FloatVector.fromArray(F, start, startAt + startStride).add(c1a).intoArray(c, at + COLUMNS);
        FloatVector.fromArray(F, start, startAt + startStride + L).add(c1b).intoArray(c, at + COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 2 * startStride).add(c2a).intoArray(c, at + 2 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 2 * startStride + L).add(c2b).intoArray(c, at + 2 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 3 * startStride).add(c3a).intoArray(c, at + 3 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 3 * startStride + L).add(c3b).intoArray(c, at + 3 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 4 * startStride).add(c4a).intoArray(c, at + 4 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 4 * startStride + L).add(c4b).intoArray(c, at + 4 * COLUMNS + L);
    }

    static void tile4(
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
        FloatVector.fromArray(F, start, startAt).add(c0a).intoArray(c, at);
        FloatVector.fromArray(F, start, startAt + L).add(c0b).intoArray(c, at + L);
        FloatVector.fromArray(F, start, startAt + startStride).add(c1a).intoArray(c, at + COLUMNS);
        FloatVector.fromArray(F, start, startAt + startStride + L).add(c1b).intoArray(c, at + COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 2 * startStride).add(c2a).intoArray(c, at + 2 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 2 * startStride + L).add(c2b).intoArray(c, at + 2 * COLUMNS + L);
        FloatVector.fromArray(F, start, startAt + 3 * startStride).add(c3a).intoArray(c, at + 3 * COLUMNS);
        FloatVector.fromArray(F, start, startAt + 3 * startStride + L).add(c3b).intoArray(c, at + 3 * COLUMNS + L);
    }

    static void tile1(
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
        FloatVector.fromArray(F, start, startAt).add(c0a).intoArray(c, at);
        FloatVector.fromArray(F, start, startAt + L).add(c0b).intoArray(c, at + L);
    }
}
