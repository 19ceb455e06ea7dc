package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;
import static dev.signet.engine.kernel.Lanes.HIGH;
import static dev.signet.engine.kernel.Lanes.INTERLEAVED;
import static dev.signet.engine.kernel.Lanes.LOW;
import static dev.signet.engine.kernel.Lanes.ODDS;
import static dev.signet.engine.kernel.Lanes.WIDE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The points of tiles to outputs: first the sums over the rows of the points, into scratch memory, then those over the columns. With
 * filters along the vectors these are the outputs; with tiles along the vectors they are interleaved to rows of pixels.
 */
final class OutputVectors {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int L = F.length();

    private OutputVectors() {}

    static void outputs(
            WinogradTile tile,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int rowStride,
            int columnStride) {
        int size = tile.inputs();
        for (int j = 0; j < COLUMNS; j += L) {
            rows(tile, x, from + j, xStride, scratch, scratchAt);
            for (int r = 0; r < tile.outputs(); r++) {
                sums(tile, scratch, scratchAt + r * size * L, L, y, at + r * rowStride + j, columnStride);
            }
        }
    }

    static void pixels(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int xStride,
            float[] scratch,
            int scratchAt,
            float scale,
            float shift,
            float low,
            float high,
            float[] y,
            int at,
            int rowStride) {
        int m = tile.outputs();
        for (int t = 0; t < tiles; t += L) {
            rows(tile, x, from + t, xStride, scratch, scratchAt);
            for (int r = 0; r < m; r++) {
                int row = scratchAt + r * tile.inputs() * L;
                int to = at + t * m + r * rowStride;
                switch (tile) {
                    case TWO -> pixels2(scratch, row, scale, shift, low, high, y, to);
                    case FOUR -> {
                        if (WIDE) {
                            pixels4(scratch, row, scale, shift, low, high, y, to);
                        } else {
                            narrowPixels4(scratch, row, scale, shift, low, high, y, to);
                        }
                    }
                    case TWO_OF_FIVE -> pixels5(scratch, row, scale, shift, low, high, y, to);
                }
            }
        }
    }

    // Sum r of column c goes to y[at + (r * inputs + c) * L].
    private static void rows(WinogradTile tile, float[] x, int from, int xStride, float[] y, int at) {
        int size = tile.inputs();
        for (int c = 0; c < size; c++) {
            sums(tile, x, from + c * xStride, size * xStride, y, at + c * L, size * L);
        }
    }

    private static void sums(WinogradTile tile, float[] x, int i, int stride, float[] y, int at, int yStride) {
        switch (tile) {
            case TWO -> sums2(x, i, stride, y, at, yStride);
            case FOUR -> sums4(x, i, stride, y, at, yStride);
            case TWO_OF_FIVE -> sums5(x, i, stride, y, at, yStride);
        }
    }

    private static void sums2(float[] x, int i, int stride, float[] y, int at, int yStride) {
        FloatVector m1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector.fromArray(F, x, i).add(m1).add(m2).intoArray(y, at);
        m1.sub(m2).sub(FloatVector.fromArray(F, x, i + 3 * stride)).intoArray(y, at + yStride);
    }

    private static void sums4(float[] x, int i, int stride, float[] y, int at, int yStride) {
        FloatVector m1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector m3 = FloatVector.fromArray(F, x, i + 3 * stride);
        FloatVector m4 = FloatVector.fromArray(F, x, i + 4 * stride);
        FloatVector s = m1.add(m2);
        FloatVector d = m1.sub(m2);
        FloatVector s2 = m3.add(m4);
        FloatVector d2 = m3.sub(m4);
        FloatVector.fromArray(F, x, i).add(s).add(s2).intoArray(y, at);
        d2.fma(FloatVector.broadcast(F, 2), d).intoArray(y, at + yStride);
        s2.fma(FloatVector.broadcast(F, 4), s).intoArray(y, at + 2 * yStride);
        d2.fma(FloatVector.broadcast(F, 8), d)
                .add(FloatVector.fromArray(F, x, i + 5 * stride))
                .intoArray(y, at + 3 * yStride);
    }

    private static void sums5(float[] x, int i, int stride, float[] y, int at, int yStride) {
        FloatVector m1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector m3 = FloatVector.fromArray(F, x, i + 3 * stride);
        FloatVector m4 = FloatVector.fromArray(F, x, i + 4 * stride);
        FloatVector.fromArray(F, x, i).add(m1.add(m2)).add(m3.add(m4)).intoArray(y, at);
        m3.sub(m4)
                .fma(FloatVector.broadcast(F, 2), m1.sub(m2))
                .add(FloatVector.fromArray(F, x, i + 5 * stride))
                .intoArray(y, at + yStride);
    }

    private static void pixels2(float[] x, int i, float scale, float shift, float low, float high, float[] y, int at) {
        FloatVector t = FloatVector.broadcast(F, shift);
        FloatVector lo = FloatVector.broadcast(F, low);
        FloatVector hi = FloatVector.broadcast(F, high);
        FloatVector m1 = FloatVector.fromArray(F, x, i + L);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * L);
        FloatVector a =
                FloatVector.fromArray(F, x, i).add(m1).add(m2).mul(scale).add(t);
        FloatVector b = m1.sub(m2)
                .sub(FloatVector.fromArray(F, x, i + 3 * L))
                .mul(scale)
                .add(t);
        a = a.blend(lo, a.compare(VectorOperators.LT, lo));
        b = b.blend(lo, b.compare(VectorOperators.LT, lo));
        a = a.blend(hi, a.compare(VectorOperators.GT, hi));
        b = b.blend(hi, b.compare(VectorOperators.GT, hi));
        a.rearrange(LOW).blend(b.rearrange(LOW), ODDS).intoArray(y, at);
        a.rearrange(HIGH).blend(b.rearrange(HIGH), ODDS).intoArray(y, at + L);
    }

    private static void pixels5(float[] x, int i, float scale, float shift, float low, float high, float[] y, int at) {
        FloatVector t = FloatVector.broadcast(F, shift);
        FloatVector lo = FloatVector.broadcast(F, low);
        FloatVector hi = FloatVector.broadcast(F, high);
        FloatVector m1 = FloatVector.fromArray(F, x, i + L);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * L);
        FloatVector m3 = FloatVector.fromArray(F, x, i + 3 * L);
        FloatVector m4 = FloatVector.fromArray(F, x, i + 4 * L);
        FloatVector a = FloatVector.fromArray(F, x, i).add(m1.add(m2)).add(m3.add(m4));
        FloatVector b = m3.sub(m4).fma(FloatVector.broadcast(F, 2), m1.sub(m2));
        a = a.mul(scale).add(t);
        b = b.add(FloatVector.fromArray(F, x, i + 5 * L)).mul(scale).add(t);
        a = a.blend(lo, a.compare(VectorOperators.LT, lo));
        b = b.blend(lo, b.compare(VectorOperators.LT, lo));
        a = a.blend(hi, a.compare(VectorOperators.GT, hi));
        b = b.blend(hi, b.compare(VectorOperators.GT, hi));
        a.rearrange(LOW).blend(b.rearrange(LOW), ODDS).intoArray(y, at);
        a.rearrange(HIGH).blend(b.rearrange(HIGH), ODDS).intoArray(y, at + L);
    }

    private static void pixels4(float[] x, int i, float scale, float shift, float low, float high, float[] y, int at) {
        FloatVector t = FloatVector.broadcast(F, shift);
        FloatVector lo = FloatVector.broadcast(F, low);
        FloatVector hi = FloatVector.broadcast(F, high);
        FloatVector m1 = FloatVector.fromArray(F, x, i + L);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * L);
        FloatVector m3 = FloatVector.fromArray(F, x, i + 3 * L);
        FloatVector m4 = FloatVector.fromArray(F, x, i + 4 * L);
        FloatVector sum = m1.add(m2);
        FloatVector difference = m1.sub(m2);
        FloatVector sum2 = m3.add(m4);
        FloatVector difference2 = m3.sub(m4);
        FloatVector a = FloatVector.fromArray(F, x, i).add(sum).add(sum2);
        FloatVector b = difference2.fma(FloatVector.broadcast(F, 2), difference);
        FloatVector c = sum2.fma(FloatVector.broadcast(F, 4), sum);
        FloatVector d = difference2.fma(FloatVector.broadcast(F, 8), difference);
        a = a.mul(scale).add(t);
        b = b.mul(scale).add(t);
        c = c.mul(scale).add(t);
        d = d.add(FloatVector.fromArray(F, x, i + 5 * L)).mul(scale).add(t);
        a = a.blend(lo, a.compare(VectorOperators.LT, lo));
        b = b.blend(lo, b.compare(VectorOperators.LT, lo));
        c = c.blend(lo, c.compare(VectorOperators.LT, lo));
        d = d.blend(lo, d.compare(VectorOperators.LT, lo));
        a = a.blend(hi, a.compare(VectorOperators.GT, hi));
        b = b.blend(hi, b.compare(VectorOperators.GT, hi));
        c = c.blend(hi, c.compare(VectorOperators.GT, hi));
        d = d.blend(hi, d.compare(VectorOperators.GT, hi));
        IntVector first = IntVector.fromArray(I, INTERLEAVED, 0);
        IntVector second = IntVector.fromArray(I, INTERLEAVED, L);
        IntVector even0 = first.selectFrom(a.reinterpretAsInts(), c.reinterpretAsInts());
        IntVector even1 = second.selectFrom(a.reinterpretAsInts(), c.reinterpretAsInts());
        IntVector odd0 = first.selectFrom(b.reinterpretAsInts(), d.reinterpretAsInts());
        IntVector odd1 = second.selectFrom(b.reinterpretAsInts(), d.reinterpretAsInts());
        first.selectFrom(even0, odd0).reinterpretAsFloats().intoArray(y, at);
        second.selectFrom(even0, odd0).reinterpretAsFloats().intoArray(y, at + L);
        first.selectFrom(even1, odd1).reinterpretAsFloats().intoArray(y, at + 2 * L);
        second.selectFrom(even1, odd1).reinterpretAsFloats().intoArray(y, at + 3 * L);
    }

    // Outputs go where the first four sums of the row were, which are not needed any more.
    private static void narrowPixels4(
            float[] x, int i, float scale, float shift, float low, float high, float[] y, int at) {
        sums4(x, i, L, x, i, L);
        FloatVector a = FloatVector.fromArray(F, x, i);
        FloatVector b = FloatVector.fromArray(F, x, i + L);
        FloatVector c = FloatVector.fromArray(F, x, i + 2 * L);
        FloatVector d = FloatVector.fromArray(F, x, i + 3 * L);
        FloatVector even0 = a.rearrange(LOW).blend(c.rearrange(LOW), ODDS);
        FloatVector even1 = a.rearrange(HIGH).blend(c.rearrange(HIGH), ODDS);
        FloatVector odd0 = b.rearrange(LOW).blend(d.rearrange(LOW), ODDS);
        FloatVector odd1 = b.rearrange(HIGH).blend(d.rearrange(HIGH), ODDS);
        even0.rearrange(LOW).blend(odd0.rearrange(LOW), ODDS).intoArray(y, at);
        even0.rearrange(HIGH).blend(odd0.rearrange(HIGH), ODDS).intoArray(y, at + L);
        even1.rearrange(LOW).blend(odd1.rearrange(LOW), ODDS).intoArray(y, at + 2 * L);
        even1.rearrange(HIGH).blend(odd1.rearrange(HIGH), ODDS).intoArray(y, at + 3 * L);
        VectorKernels.clip(y, at, y, at, 4 * L, scale, shift, low, high);
    }
}
