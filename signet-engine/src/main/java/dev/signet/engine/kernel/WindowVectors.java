package dev.signet.engine.kernel;

import static dev.signet.engine.kernel.Kernels.COLUMNS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The windows of filters, which lie along the vectors, from sign planes to the points of a Winograd convolution. */
final class WindowVectors {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int L = F.length();

    // Planes that are decoded at a time.
    private static final int PLANES = 4;

    private WindowVectors() {}

    static void points(WinogradTile tile, float[] x, int from, float[] u, int at, int stride) {
        for (int f = 0; f < COLUMNS; f += L) {
            switch (tile) {
                case TWO -> windows2(x, from + f, u, at + f, stride);
                case FOUR -> windows4(x, from + f, u, at + f, stride);
                case TWO_OF_FIVE -> windows5(x, from + f, u, at + f, stride);
            }
        }
    }

    // First the columns of the window, six points for each into the places of the
    // first five points of a row; then the rows, in place.
    private static void windows5(float[] x, int i, float[] u, int at, int stride) {
        for (int c = 0; c < 5; c++) {
            points5(x, i + c * COLUMNS, 5 * COLUMNS, u, at + c * stride, 6 * stride);
        }
        for (int p = 0; p < 6; p++) {
            points5(u, at + 6 * p * stride, stride, u, at + 6 * p * stride, stride);
        }
    }

    private static void points5(float[] x, int i, int step, float[] u, int at, int stride) {
        FloatVector g0 = FloatVector.fromArray(F, x, i);
        FloatVector g1 = FloatVector.fromArray(F, x, i + step);
        FloatVector g2 = FloatVector.fromArray(F, x, i + 2 * step);
        FloatVector g3 = FloatVector.fromArray(F, x, i + 3 * step);
        FloatVector g4 = FloatVector.fromArray(F, x, i + 4 * step);
        FloatVector even = g0.add(g2).add(g4).mul(-1 / 6f);
        FloatVector odd = g1.add(g3).mul(1 / 6f);
        FloatVector even2 = g0.mul(1 / 24f).add(g2.mul(1 / 6f)).add(g4.mul(2 / 3f));
        FloatVector odd2 = g1.mul(1 / 12f).add(g3.mul(1 / 3f));
        g0.mul(1 / 4f).intoArray(u, at);
        even.sub(odd).intoArray(u, at + stride);
        even.add(odd).intoArray(u, at + 2 * stride);
        even2.add(odd2).intoArray(u, at + 3 * stride);
        even2.sub(odd2).intoArray(u, at + 4 * stride);
        g4.intoArray(u, at + 5 * stride);
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

    static void taps(int[] words, int wordsAt, int shift, int count, int planes, float[] levels, float[] to, int at) {
        for (int p = 0; p < planes; p += PLANES) {
            int some = Math.min(PLANES, planes - p);
            for (int f = 0; f < COLUMNS; f += L) {
                int word = wordsAt + p * COLUMNS + f;
                tapsOf(words, word, shift, count, some, levels, f, (p + 1) * COLUMNS + f, p > 0, to, at + f);
            }
        }
    }

    // Four planes, the last of those that there are in place of those that there are not.
    private static void tapsOf(
            int[] words,
            int word,
            int shift,
            int taps,
            int planes,
            float[] levels,
            int base,
            int step,
            boolean goOn,
            float[] to,
            int at) {
        int second = planes > 1 ? COLUMNS : 0;
        int third = planes > 2 ? 2 * COLUMNS : second;
        int fourth = planes > 3 ? 3 * COLUMNS : third;
        IntVector w0 = IntVector.fromArray(I, words, word);
        IntVector w1 = IntVector.fromArray(I, words, word + second);
        IntVector w2 = IntVector.fromArray(I, words, word + third);
        IntVector w3 = IntVector.fromArray(I, words, word + fourth);
        FloatVector s0 = FloatVector.fromArray(F, levels, step);
        FloatVector s1 = FloatVector.fromArray(F, levels, step + second);
        FloatVector s2 = FloatVector.fromArray(F, levels, step + third);
        FloatVector s3 = FloatVector.fromArray(F, levels, step + fourth);
        FloatVector start = FloatVector.fromArray(F, levels, base);
        for (int t = 0; t < taps; t++) {
            int bit = 1 << (shift + t);
            int i = at + t * COLUMNS;
            FloatVector v = goOn ? FloatVector.fromArray(F, to, i) : start;
            v = v.add(s0, w0.and(bit).compare(VectorOperators.NE, 0).cast(F));
            if (planes > 1) {
                v = v.add(s1, w1.and(bit).compare(VectorOperators.NE, 0).cast(F));
            }
            if (planes > 2) {
                v = v.add(s2, w2.and(bit).compare(VectorOperators.NE, 0).cast(F));
            }
            if (planes > 3) {
                v = v.add(s3, w3.and(bit).compare(VectorOperators.NE, 0).cast(F));
            }
            v.intoArray(to, i);
        }
    }
}
