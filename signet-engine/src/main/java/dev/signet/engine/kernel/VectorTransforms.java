package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Lanes.APART;
import static dev.signet.engine.kernel.Lanes.EVEN;
import static dev.signet.engine.kernel.Lanes.ODD;
import static dev.signet.engine.kernel.Lanes.UPPER;
import static dev.signet.engine.kernel.Lanes.WIDE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API twin. The sums over rows and those over columns are loops of their own, with what lies between in memory of the
 * L1 cache: written out as one they are more vectors than there are registers, and more operations than C2 inlines.
 *
 * <p>No method here or in {@link OutputVectors} and {@link WindowVectors} takes or returns a vector: where C2 happens to compile such a
 * method on its own first, it does not inline it afterwards, and every vector becomes an object.
 */
final class VectorTransforms implements WinogradTransforms {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int L = F.length();

    private static final WinogradTransforms PLAIN = new ScalarTransforms();

    // All lanes but the first, and lane 0 or 1 of another vector behind them.
    private static final int[] SHIFTED = shifted();

    private static int[] shifted() {
        int[] shifted = new int[2 * L];
        for (int i = 0; i < L; i++) {
            shifted[i] = i + 1;
            shifted[L + i] = i < L - 1 ? i + 1 : L + 1;
        }
        return shifted;
    }

    @Override
    public void split(int step, float[] x, int from, int count, float[] to, int at, int stride) {
        for (int t = 0; t < count; t += L) {
            if (step == 2) {
                split2(x, from + 2 * t, to, at + t, stride);
            } else if (WIDE) {
                split4(x, from + 4 * t, to, at + t, stride);
            } else {
                narrowSplit4(x, from + 4 * t, to, at + t, stride);
            }
        }
    }

    private static void split4(float[] x, int from, float[] to, int at, int stride) {
        IntVector even = IntVector.fromArray(I, APART, 0);
        IntVector odd = IntVector.fromArray(I, APART, L);
        IntVector a = FloatVector.fromArray(F, x, from).reinterpretAsInts();
        IntVector b = FloatVector.fromArray(F, x, from + L).reinterpretAsInts();
        IntVector c = FloatVector.fromArray(F, x, from + 2 * L).reinterpretAsInts();
        IntVector d = FloatVector.fromArray(F, x, from + 3 * L).reinterpretAsInts();
        IntVector even0 = even.selectFrom(a, b);
        IntVector even1 = even.selectFrom(c, d);
        IntVector odd0 = odd.selectFrom(a, b);
        IntVector odd1 = odd.selectFrom(c, d);
        even.selectFrom(even0, even1).reinterpretAsFloats().intoArray(to, at);
        even.selectFrom(odd0, odd1).reinterpretAsFloats().intoArray(to, at + stride);
        odd.selectFrom(even0, even1).reinterpretAsFloats().intoArray(to, at + 2 * stride);
        odd.selectFrom(odd0, odd1).reinterpretAsFloats().intoArray(to, at + 3 * stride);
    }

    private static void narrowSplit4(float[] x, int from, float[] to, int at, int stride) {
        FloatVector a = FloatVector.fromArray(F, x, from);
        FloatVector b = FloatVector.fromArray(F, x, from + L);
        FloatVector c = FloatVector.fromArray(F, x, from + 2 * L);
        FloatVector d = FloatVector.fromArray(F, x, from + 3 * L);
        FloatVector even0 = a.rearrange(EVEN).blend(b.rearrange(EVEN), UPPER);
        FloatVector even1 = c.rearrange(EVEN).blend(d.rearrange(EVEN), UPPER);
        FloatVector odd0 = a.rearrange(ODD).blend(b.rearrange(ODD), UPPER);
        FloatVector odd1 = c.rearrange(ODD).blend(d.rearrange(ODD), UPPER);
        even0.rearrange(EVEN).blend(even1.rearrange(EVEN), UPPER).intoArray(to, at);
        odd0.rearrange(EVEN).blend(odd1.rearrange(EVEN), UPPER).intoArray(to, at + stride);
        even0.rearrange(ODD).blend(even1.rearrange(ODD), UPPER).intoArray(to, at + 2 * stride);
        odd0.rearrange(ODD).blend(odd1.rearrange(ODD), UPPER).intoArray(to, at + 3 * stride);
    }

    private static void split2(float[] x, int from, float[] to, int at, int stride) {
        FloatVector a = FloatVector.fromArray(F, x, from);
        FloatVector b = FloatVector.fromArray(F, x, from + L);
        a.rearrange(EVEN).blend(b.rearrange(EVEN), UPPER).intoArray(to, at);
        a.rearrange(ODD).blend(b.rearrange(ODD), UPPER).intoArray(to, at + stride);
    }

    @Override
    public void square(float[] x, int from, int fromStride, float[] y, int to, int toStride) {
        if (WIDE) {
            Transposition.square(x, from, fromStride, y, to, toStride);
        } else {
            PLAIN.square(x, from, fromStride, y, to, toStride);
        }
    }

    @Override
    public boolean turnsSquares() {
        return WIDE;
    }

    @Override
    public void points(WinogradTile tile, int count, float[] x, int from, int stride, float[] y, int at, int yStride) {
        if (tile == WinogradTile.TWO) {
            for (int t = 0; t < count; t += L) {
                points4(x, from + t, stride, y, at + t, yStride);
            }
        } else {
            for (int t = 0; t < count; t += L) {
                points6(x, from + t, stride, y, at + t, yStride);
            }
        }
    }

    private static void points4(float[] x, int i, int stride, float[] y, int at, int yStride) {
        FloatVector d1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector d2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector.fromArray(F, x, i).sub(d2).intoArray(y, at);
        d1.add(d2).intoArray(y, at + yStride);
        d2.sub(d1).intoArray(y, at + 2 * yStride);
        d1.sub(FloatVector.fromArray(F, x, i + 3 * stride)).intoArray(y, at + 3 * yStride);
    }

    private static void points6(float[] x, int i, int stride, float[] y, int at, int yStride) {
        FloatVector four = FloatVector.broadcast(F, 4);
        FloatVector minusFive = FloatVector.broadcast(F, -5);
        FloatVector minusFour = FloatVector.broadcast(F, -4);
        FloatVector d1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector d2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector d3 = FloatVector.fromArray(F, x, i + 3 * stride);
        FloatVector d4 = FloatVector.fromArray(F, x, i + 4 * stride);
        FloatVector.fromArray(F, x, i).fma(four, d2.fma(minusFive, d4)).intoArray(y, at);
        FloatVector a = d2.fma(minusFour, d4);
        FloatVector b = d1.fma(minusFour, d3);
        a.add(b).intoArray(y, at + yStride);
        a.sub(b).intoArray(y, at + 2 * yStride);
        FloatVector c = d4.sub(d2);
        FloatVector e = d3.sub(d1);
        FloatVector twice = e.add(e);
        c.add(twice).intoArray(y, at + 3 * yStride);
        c.sub(twice).intoArray(y, at + 4 * yStride);
        d1.fma(four, d3.fma(minusFive, FloatVector.fromArray(F, x, i + 5 * stride)))
                .intoArray(y, at + 5 * yStride);
    }

    @Override
    public void pixelPoints(float[] x, int from, float[] y, int at, int yStride) {
        if (WIDE) {
            widePixelPoints(x, from, y, at, yStride);
        } else {
            PLAIN.pixelPoints(x, from, y, at, yStride);
        }
    }

    // Inputs 4 and 5 of a tile are inputs 0 and 1 of the next one.
    private static void widePixelPoints(float[] x, int from, float[] y, int at, int yStride) {
        IntVector even = IntVector.fromArray(I, APART, 0);
        IntVector odd = IntVector.fromArray(I, APART, L);
        IntVector a = FloatVector.fromArray(F, x, from).reinterpretAsInts();
        IntVector b = FloatVector.fromArray(F, x, from + L).reinterpretAsInts();
        IntVector c = FloatVector.fromArray(F, x, from + 2 * L).reinterpretAsInts();
        IntVector d = FloatVector.fromArray(F, x, from + 3 * L).reinterpretAsInts();
        IntVector next = FloatVector.fromArray(F, x, from + 4 * L).reinterpretAsInts();
        IntVector even0 = even.selectFrom(a, b);
        IntVector even1 = even.selectFrom(c, d);
        IntVector odd0 = odd.selectFrom(a, b);
        IntVector odd1 = odd.selectFrom(c, d);
        IntVector i0 = even.selectFrom(even0, even1);
        IntVector i1 = even.selectFrom(odd0, odd1);
        FloatVector d2 = odd.selectFrom(even0, even1).reinterpretAsFloats();
        FloatVector d3 = odd.selectFrom(odd0, odd1).reinterpretAsFloats();
        FloatVector d4 = IntVector.fromArray(I, SHIFTED, 0).selectFrom(i0, next).reinterpretAsFloats();
        FloatVector d5 = IntVector.fromArray(I, SHIFTED, L).selectFrom(i1, next).reinterpretAsFloats();
        FloatVector d0 = i0.reinterpretAsFloats();
        FloatVector d1 = i1.reinterpretAsFloats();
        FloatVector four = FloatVector.broadcast(F, 4);
        FloatVector minusFive = FloatVector.broadcast(F, -5);
        FloatVector minusFour = FloatVector.broadcast(F, -4);
        d0.fma(four, d2.fma(minusFive, d4)).intoArray(y, at);
        FloatVector s = d2.fma(minusFour, d4);
        FloatVector t = d1.fma(minusFour, d3);
        s.add(t).intoArray(y, at + yStride);
        s.sub(t).intoArray(y, at + 2 * yStride);
        FloatVector e = d4.sub(d2);
        FloatVector f = d3.sub(d1);
        FloatVector twice = f.add(f);
        e.add(twice).intoArray(y, at + 3 * yStride);
        e.sub(twice).intoArray(y, at + 4 * yStride);
        d1.fma(four, d3.fma(minusFive, d5)).intoArray(y, at + 5 * yStride);
    }

    @Override
    public void pixels(
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
        OutputVectors.pixels(
                tile, tiles, x, from, xStride, scratch, scratchAt, scale, shift, low, high, y, at, rowStride);
    }

    @Override
    public void output(
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
        OutputVectors.outputs(tile, x, from, xStride, scratch, scratchAt, y, at, rowStride, columnStride);
    }

    @Override
    public void weights(WinogradTile tile, float[] x, int from, float[] u, int at, int stride) {
        WindowVectors.points(tile, x, from, u, at, stride);
    }

    @Override
    public void taps(int[] words, int wordsAt, int shift, int count, int planes, float[] levels, float[] to, int at) {
        WindowVectors.taps(words, wordsAt, shift, count, planes, levels, to, at);
    }
}
