package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API twin. The sums over rows and those over columns are loops of their own, with what lies between in memory of the
 * L1 cache: written out as one they are more vectors than there are registers, and more operations than C2 inlines.
 */
final class VectorTransforms implements TileTransforms {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int L = F.length();

    // Planes that are decoded at a time.
    private static final int PLANES = 4;

    // Even lanes in the lower half and in the upper half, odd lanes likewise; and the reverse: lanes of the lower and
    // of
    // the upper half, each twice.
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(F, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(F, i -> (2 * i + 1) % L);
    private static final VectorShuffle<Float> LOW = VectorShuffle.fromOp(F, i -> i / 2);
    private static final VectorShuffle<Float> HIGH = VectorShuffle.fromOp(F, i -> (L + i) / 2);
    private static final VectorMask<Float> UPPER = VectorMask.fromLong(F, -1L << (L / 2));
    private static final VectorMask<Float> ODDS = VectorMask.fromLong(F, 0xAAAA_AAAA_AAAA_AAAAL);

    // One permutation of two registers does the same with 512 bits. Lanes to take: even, odd, low, high.
    private static final boolean WIDE = L == Kernels.SQUARE;

    private static final int[] CHOICES = choices();

    private static int[] choices() {
        int[] choices = new int[4 * L];
        for (int i = 0; i < L; i++) {
            choices[i] = 2 * i;
            choices[L + i] = 2 * i + 1;
            choices[2 * L + i] = i / 2 + i % 2 * L;
            choices[3 * L + i] = (L + i) / 2 + i % 2 * L;
        }
        return choices;
    }

    // No method below the public ones takes or returns a vector: where C2 happens to compile such a method on its own
    // first, it
    // does not inline it afterwards, and every vector becomes an object.
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
        IntVector even = IntVector.fromArray(I, CHOICES, 0);
        IntVector odd = IntVector.fromArray(I, CHOICES, L);
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
    public void merge(int step, float[] x, int from, int stride, int count, float[] to, int at) {
        for (int t = 0; t < count; t += L) {
            if (step == 2) {
                merge2(x, from + t, stride, to, at + 2 * t);
            } else if (WIDE) {
                merge4(x, from + t, stride, to, at + 4 * t);
            } else {
                narrowMerge4(x, from + t, stride, to, at + 4 * t);
            }
        }
    }

    private static void merge4(float[] x, int from, int stride, float[] to, int at) {
        IntVector low = IntVector.fromArray(I, CHOICES, 2 * L);
        IntVector high = IntVector.fromArray(I, CHOICES, 3 * L);
        IntVector a = FloatVector.fromArray(F, x, from).reinterpretAsInts();
        IntVector b = FloatVector.fromArray(F, x, from + stride).reinterpretAsInts();
        IntVector c = FloatVector.fromArray(F, x, from + 2 * stride).reinterpretAsInts();
        IntVector d = FloatVector.fromArray(F, x, from + 3 * stride).reinterpretAsInts();
        IntVector even0 = low.selectFrom(a, c);
        IntVector even1 = high.selectFrom(a, c);
        IntVector odd0 = low.selectFrom(b, d);
        IntVector odd1 = high.selectFrom(b, d);
        low.selectFrom(even0, odd0).reinterpretAsFloats().intoArray(to, at);
        high.selectFrom(even0, odd0).reinterpretAsFloats().intoArray(to, at + L);
        low.selectFrom(even1, odd1).reinterpretAsFloats().intoArray(to, at + 2 * L);
        high.selectFrom(even1, odd1).reinterpretAsFloats().intoArray(to, at + 3 * L);
    }

    private static void narrowMerge4(float[] x, int from, int stride, float[] to, int at) {
        FloatVector a = FloatVector.fromArray(F, x, from);
        FloatVector b = FloatVector.fromArray(F, x, from + stride);
        FloatVector c = FloatVector.fromArray(F, x, from + 2 * stride);
        FloatVector d = FloatVector.fromArray(F, x, from + 3 * stride);
        FloatVector even0 = a.rearrange(LOW).blend(c.rearrange(LOW), ODDS);
        FloatVector even1 = a.rearrange(HIGH).blend(c.rearrange(HIGH), ODDS);
        FloatVector odd0 = b.rearrange(LOW).blend(d.rearrange(LOW), ODDS);
        FloatVector odd1 = b.rearrange(HIGH).blend(d.rearrange(HIGH), ODDS);
        even0.rearrange(LOW).blend(odd0.rearrange(LOW), ODDS).intoArray(to, at);
        even0.rearrange(HIGH).blend(odd0.rearrange(HIGH), ODDS).intoArray(to, at + L);
        even1.rearrange(LOW).blend(odd1.rearrange(LOW), ODDS).intoArray(to, at + 2 * L);
        even1.rearrange(HIGH).blend(odd1.rearrange(HIGH), ODDS).intoArray(to, at + 3 * L);
    }

    private static void merge2(float[] x, int from, int stride, float[] to, int at) {
        FloatVector a = FloatVector.fromArray(F, x, from);
        FloatVector b = FloatVector.fromArray(F, x, from + stride);
        a.rearrange(LOW).blend(b.rearrange(LOW), ODDS).intoArray(to, at);
        a.rearrange(HIGH).blend(b.rearrange(HIGH), ODDS).intoArray(to, at + L);
    }

    @Override
    public void input(
            WinogradTile tile,
            int tiles,
            float[] x,
            int from,
            int stride,
            float[] scratch,
            int scratchAt,
            float[] y,
            int at,
            int yStride) {
        if (tile == WinogradTile.FOUR) {
            inputRows4(x, from, 4 * stride, scratch, scratchAt);
            for (int row = 0; row < 6; row++) {
                inputColumns4(tiles, scratch, scratchAt + row * 4 * stride, stride, y, at + row * 6 * yStride, yStride);
            }
        } else {
            inputRows2(x, from, 2 * stride, scratch, scratchAt);
            for (int row = 0; row < 4; row++) {
                inputColumns2(tiles, scratch, scratchAt + row * 2 * stride, stride, y, at + row * 4 * yStride, yStride);
            }
        }
    }

    private static void inputRows4(float[] x, int from, int n, float[] y, int at) {
        for (int i = 0; i < n; i += L) {
            points4(x, from + i, n, from + i + 4 * n, from + i + 5 * n, y, at + i, n);
        }
    }

    private static void inputColumns4(int tiles, float[] x, int from, int stride, float[] y, int at, int yStride) {
        for (int t = 0; t < tiles; t += L) {
            int i = from + t;
            points4(x, i, stride, i + 1, i + stride + 1, y, at + t, yStride);
        }
    }

    // Inputs 0 to 3 are at i and on, by stride; inputs 4 and 5 at i4 and i5.
    private static void points4(float[] x, int i, int stride, int i4, int i5, float[] y, int at, int yStride) {
        FloatVector four = FloatVector.broadcast(F, 4);
        FloatVector five = FloatVector.broadcast(F, -5);
        FloatVector minusFour = FloatVector.broadcast(F, -4);
        FloatVector d1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector d2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector d3 = FloatVector.fromArray(F, x, i + 3 * stride);
        FloatVector d4 = FloatVector.fromArray(F, x, i4);
        FloatVector.fromArray(F, x, i).fma(four, d2.fma(five, d4)).intoArray(y, at);
        FloatVector a = d2.fma(minusFour, d4);
        FloatVector b = d1.fma(minusFour, d3);
        a.add(b).intoArray(y, at + yStride);
        a.sub(b).intoArray(y, at + 2 * yStride);
        FloatVector c = d4.sub(d2);
        FloatVector e = d3.sub(d1);
        FloatVector twice = e.add(e);
        c.add(twice).intoArray(y, at + 3 * yStride);
        c.sub(twice).intoArray(y, at + 4 * yStride);
        d1.fma(four, d3.fma(five, FloatVector.fromArray(F, x, i5))).intoArray(y, at + 5 * yStride);
    }

    private static void inputRows2(float[] x, int from, int n, float[] y, int at) {
        for (int i = 0; i < n; i += L) {
            points2(x, from + i, n, from + i + 2 * n, from + i + 3 * n, y, at + i, n);
        }
    }

    private static void inputColumns2(int tiles, float[] x, int from, int stride, float[] y, int at, int yStride) {
        for (int t = 0; t < tiles; t += L) {
            int i = from + t;
            points2(x, i, stride, i + 1, i + stride + 1, y, at + t, yStride);
        }
    }

    // Inputs 0 and 1 are at i and i + stride, inputs 2 and 3 at i2 and i3.
    private static void points2(float[] x, int i, int stride, int i2, int i3, float[] y, int at, int yStride) {
        FloatVector d1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector d2 = FloatVector.fromArray(F, x, i2);
        FloatVector.fromArray(F, x, i).sub(d2).intoArray(y, at);
        d1.add(d2).intoArray(y, at + yStride);
        d2.sub(d1).intoArray(y, at + 2 * yStride);
        d1.sub(FloatVector.fromArray(F, x, i3)).intoArray(y, at + 3 * yStride);
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
        for (int j = 0; j < COLUMNS; j += L) {
            if (tile == WinogradTile.FOUR) {
                outputRows4(x, from + j, xStride, scratch, scratchAt);
                outputColumns4(scratch, scratchAt, y, at + j, rowStride, columnStride);
            } else {
                outputRows2(x, from + j, xStride, scratch, scratchAt);
                outputColumns2(scratch, scratchAt, y, at + j, rowStride, columnStride);
            }
        }
    }

    private static void outputRows4(float[] x, int from, int stride, float[] y, int at) {
        for (int c = 0; c < 6; c++) {
            int i = from + c * stride;
            sums4(x, i, 6 * stride, y, at + c * L, 6 * L);
        }
    }

    private static void outputColumns4(float[] x, int from, float[] y, int at, int rowStride, int columnStride) {
        for (int r = 0; r < 4; r++) {
            sums4(x, from + r * 6 * L, L, y, at + r * rowStride, columnStride);
        }
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

    private static void outputRows2(float[] x, int from, int stride, float[] y, int at) {
        for (int c = 0; c < 4; c++) {
            sums2(x, from + c * stride, 4 * stride, y, at + c * L, 4 * L);
        }
    }

    private static void outputColumns2(float[] x, int from, float[] y, int at, int rowStride, int columnStride) {
        for (int r = 0; r < 2; r++) {
            sums2(x, from + r * 4 * L, L, y, at + r * rowStride, columnStride);
        }
    }

    private static void sums2(float[] x, int i, int stride, float[] y, int at, int yStride) {
        FloatVector m1 = FloatVector.fromArray(F, x, i + stride);
        FloatVector m2 = FloatVector.fromArray(F, x, i + 2 * stride);
        FloatVector.fromArray(F, x, i).add(m1).add(m2).intoArray(y, at);
        m1.sub(m2).sub(FloatVector.fromArray(F, x, i + 3 * stride)).intoArray(y, at + yStride);
    }

    @Override
    public void weights(WinogradTile tile, float[] x, int from, float[] u, int at, int stride) {
        for (int f = 0; f < COLUMNS; f += L) {
            if (tile == WinogradTile.FOUR) {
                windows4(x, from + f, u, at + f, stride);
            } else {
                windows2(x, from + f, u, at + f, stride);
            }
        }
    }

    private static void windows4(float[] x, int i, float[] u, int at, int stride) {
        FloatVector a0 = FloatVector.fromArray(F, x, i);
        FloatVector b0 = FloatVector.fromArray(F, x, i + 3 * COLUMNS);
        FloatVector c0 = FloatVector.fromArray(F, x, i + 6 * COLUMNS);
        FloatVector q0 = a0.mul(1 / 4f);
        FloatVector s0 = a0.add(c0).mul(-1 / 6f);
        FloatVector h0 = b0.mul(1 / 6f);
        FloatVector t0 = a0.mul(1 / 24f).add(c0.mul(1 / 6f));
        FloatVector w0 = b0.mul(1 / 12f);
        FloatVector a1 = FloatVector.fromArray(F, x, i + COLUMNS);
        FloatVector b1 = FloatVector.fromArray(F, x, i + 4 * COLUMNS);
        FloatVector c1 = FloatVector.fromArray(F, x, i + 7 * COLUMNS);
        FloatVector q1 = a1.mul(1 / 4f);
        FloatVector s1 = a1.add(c1).mul(-1 / 6f);
        FloatVector h1 = b1.mul(1 / 6f);
        FloatVector t1 = a1.mul(1 / 24f).add(c1.mul(1 / 6f));
        FloatVector w1 = b1.mul(1 / 12f);
        FloatVector a2 = FloatVector.fromArray(F, x, i + 2 * COLUMNS);
        FloatVector b2 = FloatVector.fromArray(F, x, i + 5 * COLUMNS);
        FloatVector c2 = FloatVector.fromArray(F, x, i + 8 * COLUMNS);
        FloatVector q2 = a2.mul(1 / 4f);
        FloatVector s2 = a2.add(c2).mul(-1 / 6f);
        FloatVector h2 = b2.mul(1 / 6f);
        FloatVector t2 = a2.mul(1 / 24f).add(c2.mul(1 / 6f));
        FloatVector w2 = b2.mul(1 / 12f);
        q0.mul(1 / 4f).intoArray(u, at);
        FloatVector s0r = q0.add(q2).mul(-1 / 6f);
        FloatVector h0r = q1.mul(1 / 6f);
        s0r.sub(h0r).intoArray(u, at + stride);
        s0r.add(h0r).intoArray(u, at + 2 * stride);
        FloatVector t0r = q0.mul(1 / 24f).add(q2.mul(1 / 6f));
        FloatVector w0r = q1.mul(1 / 12f);
        t0r.add(w0r).intoArray(u, at + 3 * stride);
        t0r.sub(w0r).intoArray(u, at + 4 * stride);
        q2.intoArray(u, at + 5 * stride);
        FloatVector d1 = s0.sub(h0);
        FloatVector e1 = s1.sub(h1);
        FloatVector f1 = s2.sub(h2);
        d1.mul(1 / 4f).intoArray(u, at + 6 * stride);
        FloatVector s1r = d1.add(f1).mul(-1 / 6f);
        FloatVector h1r = e1.mul(1 / 6f);
        s1r.sub(h1r).intoArray(u, at + 7 * stride);
        s1r.add(h1r).intoArray(u, at + 8 * stride);
        FloatVector t1r = d1.mul(1 / 24f).add(f1.mul(1 / 6f));
        FloatVector w1r = e1.mul(1 / 12f);
        t1r.add(w1r).intoArray(u, at + 9 * stride);
        t1r.sub(w1r).intoArray(u, at + 10 * stride);
        f1.intoArray(u, at + 11 * stride);
        FloatVector d2 = s0.add(h0);
        FloatVector e2 = s1.add(h1);
        FloatVector f2 = s2.add(h2);
        d2.mul(1 / 4f).intoArray(u, at + 12 * stride);
        FloatVector s2r = d2.add(f2).mul(-1 / 6f);
        FloatVector h2r = e2.mul(1 / 6f);
        s2r.sub(h2r).intoArray(u, at + 13 * stride);
        s2r.add(h2r).intoArray(u, at + 14 * stride);
        FloatVector t2r = d2.mul(1 / 24f).add(f2.mul(1 / 6f));
        FloatVector w2r = e2.mul(1 / 12f);
        t2r.add(w2r).intoArray(u, at + 15 * stride);
        t2r.sub(w2r).intoArray(u, at + 16 * stride);
        f2.intoArray(u, at + 17 * stride);
        FloatVector d3 = t0.add(w0);
        FloatVector e3 = t1.add(w1);
        FloatVector f3 = t2.add(w2);
        d3.mul(1 / 4f).intoArray(u, at + 18 * stride);
        FloatVector s3r = d3.add(f3).mul(-1 / 6f);
        FloatVector h3r = e3.mul(1 / 6f);
        s3r.sub(h3r).intoArray(u, at + 19 * stride);
        s3r.add(h3r).intoArray(u, at + 20 * stride);
        FloatVector t3r = d3.mul(1 / 24f).add(f3.mul(1 / 6f));
        FloatVector w3r = e3.mul(1 / 12f);
        t3r.add(w3r).intoArray(u, at + 21 * stride);
        t3r.sub(w3r).intoArray(u, at + 22 * stride);
        f3.intoArray(u, at + 23 * stride);
        FloatVector d4 = t0.sub(w0);
        FloatVector e4 = t1.sub(w1);
        FloatVector f4 = t2.sub(w2);
        d4.mul(1 / 4f).intoArray(u, at + 24 * stride);
        FloatVector s4r = d4.add(f4).mul(-1 / 6f);
        FloatVector h4r = e4.mul(1 / 6f);
        s4r.sub(h4r).intoArray(u, at + 25 * stride);
        s4r.add(h4r).intoArray(u, at + 26 * stride);
        FloatVector t4r = d4.mul(1 / 24f).add(f4.mul(1 / 6f));
        FloatVector w4r = e4.mul(1 / 12f);
        t4r.add(w4r).intoArray(u, at + 27 * stride);
        t4r.sub(w4r).intoArray(u, at + 28 * stride);
        f4.intoArray(u, at + 29 * stride);
        c0.mul(1 / 4f).intoArray(u, at + 30 * stride);
        FloatVector s5r = c0.add(c2).mul(-1 / 6f);
        FloatVector h5r = c1.mul(1 / 6f);
        s5r.sub(h5r).intoArray(u, at + 31 * stride);
        s5r.add(h5r).intoArray(u, at + 32 * stride);
        FloatVector t5r = c0.mul(1 / 24f).add(c2.mul(1 / 6f));
        FloatVector w5r = c1.mul(1 / 12f);
        t5r.add(w5r).intoArray(u, at + 33 * stride);
        t5r.sub(w5r).intoArray(u, at + 34 * stride);
        c2.intoArray(u, at + 35 * stride);
    }

    // One method: small enough for the registers, and a store to the scratch memory costs more than a sum.
    private static void windows2(float[] x, int i, float[] u, int at, int stride) {
        FloatVector a0 = FloatVector.fromArray(F, x, i);
        FloatVector a1 = FloatVector.fromArray(F, x, i + COLUMNS);
        FloatVector a2 = FloatVector.fromArray(F, x, i + 2 * COLUMNS);
        FloatVector b0 = FloatVector.fromArray(F, x, i + 3 * COLUMNS).mul(0.5f);
        FloatVector b1 = FloatVector.fromArray(F, x, i + 4 * COLUMNS).mul(0.5f);
        FloatVector b2 = FloatVector.fromArray(F, x, i + 5 * COLUMNS).mul(0.5f);
        FloatVector c0 = FloatVector.fromArray(F, x, i + 6 * COLUMNS);
        FloatVector c1 = FloatVector.fromArray(F, x, i + 7 * COLUMNS);
        FloatVector c2 = FloatVector.fromArray(F, x, i + 8 * COLUMNS);
        FloatVector s0 = a0.add(c0).mul(0.5f);
        FloatVector s1 = a1.add(c1).mul(0.5f);
        FloatVector s2 = a2.add(c2).mul(0.5f);
        FloatVector y0 = a1.mul(0.5f);
        FloatVector t0 = a0.add(a2).mul(0.5f);
        a0.intoArray(u, at);
        t0.add(y0).intoArray(u, at + stride);
        t0.sub(y0).intoArray(u, at + 2 * stride);
        a2.intoArray(u, at + 3 * stride);
        FloatVector x1 = s0.add(b0);
        FloatVector y1 = s1.add(b1).mul(0.5f);
        FloatVector z1 = s2.add(b2);
        FloatVector t1 = x1.add(z1).mul(0.5f);
        x1.intoArray(u, at + 4 * stride);
        t1.add(y1).intoArray(u, at + 5 * stride);
        t1.sub(y1).intoArray(u, at + 6 * stride);
        z1.intoArray(u, at + 7 * stride);
        FloatVector x2 = s0.sub(b0);
        FloatVector y2 = s1.sub(b1).mul(0.5f);
        FloatVector z2 = s2.sub(b2);
        FloatVector t2 = x2.add(z2).mul(0.5f);
        x2.intoArray(u, at + 8 * stride);
        t2.add(y2).intoArray(u, at + 9 * stride);
        t2.sub(y2).intoArray(u, at + 10 * stride);
        z2.intoArray(u, at + 11 * stride);
        FloatVector y3 = c1.mul(0.5f);
        FloatVector t3 = c0.add(c2).mul(0.5f);
        c0.intoArray(u, at + 12 * stride);
        t3.add(y3).intoArray(u, at + 13 * stride);
        t3.sub(y3).intoArray(u, at + 14 * stride);
        c2.intoArray(u, at + 15 * stride);
    }

    @Override
    public void taps(int[] words, int wordsAt, int shift, int planes, float[] levels, float[] to, int at) {
        for (int p = 0; p < planes; p += PLANES) {
            int count = Math.min(PLANES, planes - p);
            for (int f = 0; f < COLUMNS; f += L) {
                int word = wordsAt + p * COLUMNS + f;
                tapsOf(words, word, shift, count, levels, f, (p + 1) * COLUMNS + f, p > 0, to, at + f);
            }
        }
    }

    // Four planes, the last of those that there are in place of those that there are not.
    private static void tapsOf(
            int[] words,
            int word,
            int shift,
            int count,
            float[] levels,
            int base,
            int step,
            boolean goOn,
            float[] to,
            int at) {
        int second = count > 1 ? COLUMNS : 0;
        int third = count > 2 ? 2 * COLUMNS : second;
        int fourth = count > 3 ? 3 * COLUMNS : third;
        IntVector w0 = IntVector.fromArray(I, words, word);
        IntVector w1 = IntVector.fromArray(I, words, word + second);
        IntVector w2 = IntVector.fromArray(I, words, word + third);
        IntVector w3 = IntVector.fromArray(I, words, word + fourth);
        FloatVector s0 = FloatVector.fromArray(F, levels, step);
        FloatVector s1 = FloatVector.fromArray(F, levels, step + second);
        FloatVector s2 = FloatVector.fromArray(F, levels, step + third);
        FloatVector s3 = FloatVector.fromArray(F, levels, step + fourth);
        FloatVector start = FloatVector.fromArray(F, levels, base);
        for (int t = 0; t < 9; t++) {
            int bit = 1 << (shift + t);
            int i = at + t * COLUMNS;
            FloatVector v = goOn ? FloatVector.fromArray(F, to, i) : start;
            v = v.add(s0, w0.and(bit).compare(VectorOperators.NE, 0).cast(F));
            if (count > 1) {
                v = v.add(s1, w1.and(bit).compare(VectorOperators.NE, 0).cast(F));
            }
            if (count > 2) {
                v = v.add(s2, w2.and(bit).compare(VectorOperators.NE, 0).cast(F));
            }
            if (count > 3) {
                v = v.add(s3, w3.and(bit).compare(VectorOperators.NE, 0).cast(F));
            }
            v.intoArray(to, i);
        }
    }

    @Override
    public void strips(
            int lines,
            int strips,
            float[] x,
            int from,
            int xStride,
            float[] y,
            int at,
            int lineStride,
            int stripStride) {
        for (int i = 0; i < lines; i++) {
            int line = from + i * xStride;
            int to = at + i * lineStride;
            for (int s = 0; s < strips; s++) {
                for (int j = 0; j < COLUMNS; j += L) {
                    FloatVector.fromArray(F, x, line + s * COLUMNS + j).intoArray(y, to + s * stripStride + j);
                }
            }
        }
    }
}
