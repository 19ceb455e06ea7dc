package dev.signet.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API twin: pixels lie along the vectors, rows of the image following one another. */
final class VectorWindows implements WindowKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    @Override
    public void slide(
            ShiftedWindow window,
            int start,
            int end,
            float[] weights,
            int at,
            float[] x,
            int from,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        // Vectors read beside the image, too, and leave out what they found; but
        // there is nothing before the array's start.
        int scalar = Math.clamp(-(long) from - window.leastShift(), start, end);
        ScalarWindows.sums(window, start, scalar, weights, at, x, from, y, to, shift, low, high);
        for (ShiftedWindow.Rows rows : window.parts()) {
            int n = Math.max(scalar, rows.from());
            int last = Math.min(end, rows.to());
            if (n < last) {
                part(window, rows, n, last, weights, at, x, from, y, to, shift, low, high);
            }
        }
    }

    private static void part(
            ShiftedWindow window,
            ShiftedWindow.Rows rows,
            int start,
            int end,
            float[] weights,
            int at,
            float[] x,
            int from,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        int n = start;
        if (window.hasCentre() && rows.count() == 3) {
            n = three(window, rows, weights, at + rows.first(), x, from, n, end, y, to, shift, low, high);
        } else if (window.hasCentre() && rows.count() == 2) {
            n = two(window, rows, weights, at + rows.first(), x, from, n, end, y, to, shift, low, high);
        }
        for (; n + 4 * L <= end; n += 4 * L) {
            four(window, rows, weights, at, x, from, n, y, to + n, shift, low, high);
        }
        for (; n < end; n += L) {
            long lanes = n + L <= end ? -1L : (1L << (end - n)) - 1;
            one(window, rows, weights, at, x, from, n, lanes, y, to + n, shift, low, high);
        }
    }

    /** Whole vectors of outputs, for three rows and columns of a window, the second of which reads what lies above and below; returns the first output that is left. */
    private static int three(
            ShiftedWindow window,
            ShiftedWindow.Rows rows,
            float[] weights,
            int at,
            float[] x,
            int from,
            int start,
            int end,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        int height = window.rows();
        FloatVector w00 = FloatVector.broadcast(F, weights[at]);
        FloatVector w10 = FloatVector.broadcast(F, weights[at + 1]);
        FloatVector w20 = FloatVector.broadcast(F, weights[at + 2]);
        FloatVector w01 = FloatVector.broadcast(F, weights[at + height]);
        FloatVector w11 = FloatVector.broadcast(F, weights[at + height + 1]);
        FloatVector w21 = FloatVector.broadcast(F, weights[at + height + 2]);
        FloatVector w02 = FloatVector.broadcast(F, weights[at + 2 * height]);
        FloatVector w12 = FloatVector.broadcast(F, weights[at + 2 * height + 1]);
        FloatVector w22 = FloatVector.broadcast(F, weights[at + 2 * height + 2]);
        byte[] left = window.mask(0);
        byte[] right = window.mask(2);
        int a = from + window.shift(0, rows.first());
        int b = from + window.shift(0, rows.first() + 1);
        int c = from + window.shift(0, rows.first() + 2);
        int step = window.shift(1, 0) - window.shift(0, 0);
        int step2 = 2 * step;
        int n = start;
        for (; n + L <= end; n += L) {
            FloatVector s = load(x, a + n + step).fma(w01, FloatVector.broadcast(F, shift));
            s = load(x, c + n + step).fma(w21, load(x, b + n + step).fma(w11, s));
            FloatVector t = load(x, c + n)
                    .fma(w20, load(x, b + n).fma(w10, load(x, a + n).mul(w00)));
            FloatVector u = load(x, a + n + step2).mul(w02);
            u = load(x, c + n + step2).fma(w22, load(x, b + n + step2).fma(w12, u));
            s = s.add(t, VectorMask.fromLong(F, VectorKernels.signs(left, n)))
                    .add(u, VectorMask.fromLong(F, VectorKernels.signs(right, n)));
            clipped(s, low, high).intoArray(y, to + n);
        }
        return n;
    }

    /** The same for two rows of a window: what is left of it at the top and at the bottom of an image. */
    private static int two(
            ShiftedWindow window,
            ShiftedWindow.Rows rows,
            float[] weights,
            int at,
            float[] x,
            int from,
            int start,
            int end,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        int height = window.rows();
        FloatVector w00 = FloatVector.broadcast(F, weights[at]);
        FloatVector w10 = FloatVector.broadcast(F, weights[at + 1]);
        FloatVector w01 = FloatVector.broadcast(F, weights[at + height]);
        FloatVector w11 = FloatVector.broadcast(F, weights[at + height + 1]);
        FloatVector w02 = FloatVector.broadcast(F, weights[at + 2 * height]);
        FloatVector w12 = FloatVector.broadcast(F, weights[at + 2 * height + 1]);
        byte[] left = window.mask(0);
        byte[] right = window.mask(2);
        int a = from + window.shift(0, rows.first());
        int b = from + window.shift(0, rows.first() + 1);
        int step = window.shift(1, 0) - window.shift(0, 0);
        int step2 = 2 * step;
        int n = start;
        for (; n + L <= end; n += L) {
            FloatVector s = load(x, a + n + step).fma(w01, FloatVector.broadcast(F, shift));
            s = load(x, b + n + step).fma(w11, s);
            FloatVector t = load(x, b + n).fma(w10, load(x, a + n).mul(w00));
            FloatVector u =
                    load(x, b + n + step2).fma(w12, load(x, a + n + step2).mul(w02));
            s = s.add(t, VectorMask.fromLong(F, VectorKernels.signs(left, n)))
                    .add(u, VectorMask.fromLong(F, VectorKernels.signs(right, n)));
            clipped(s, low, high).intoArray(y, to + n);
        }
        return n;
    }

    /** Four vectors of outputs of any window. */
    private static void four(
            ShiftedWindow window,
            ShiftedWindow.Rows rows,
            float[] weights,
            int at,
            float[] x,
            int from,
            int n,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        FloatVector s0 = FloatVector.broadcast(F, shift);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int width = window.rowShift();
        for (int c = 0; c < window.columns(); c++) {
            byte[] bits = window.mask(c);
            FloatVector t0 = FloatVector.zero(F);
            FloatVector t1 = t0;
            FloatVector t2 = t0;
            FloatVector t3 = t0;
            int source = from + n + window.shift(c, rows.first());
            int weight = at + c * window.rows() + rows.first();
            for (int r = 0; r < rows.count(); r++) {
                FloatVector w = FloatVector.broadcast(F, weights[weight + r]);
                t0 = load(x, source).fma(w, t0);
                t1 = load(x, source + L).fma(w, t1);
                t2 = load(x, source + 2 * L).fma(w, t2);
                t3 = load(x, source + 3 * L).fma(w, t3);
                source += width;
            }
            s0 = s0.add(t0, VectorMask.fromLong(F, VectorKernels.signs(bits, n)));
            s1 = s1.add(t1, VectorMask.fromLong(F, VectorKernels.signs(bits, n + L)));
            s2 = s2.add(t2, VectorMask.fromLong(F, VectorKernels.signs(bits, n + 2 * L)));
            s3 = s3.add(t3, VectorMask.fromLong(F, VectorKernels.signs(bits, n + 3 * L)));
        }
        clipped(s0, low, high).intoArray(y, to);
        clipped(s1, low, high).intoArray(y, to + L);
        clipped(s2, low, high).intoArray(y, to + 2 * L);
        clipped(s3, low, high).intoArray(y, to + 3 * L);
    }

    private static void one(
            ShiftedWindow window,
            ShiftedWindow.Rows rows,
            float[] weights,
            int at,
            float[] x,
            int from,
            int n,
            long wanted,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        FloatVector s = FloatVector.broadcast(F, shift);
        int width = window.rowShift();
        for (int c = 0; c < window.columns(); c++) {
            FloatVector t = FloatVector.zero(F);
            int source = from + n + window.shift(c, rows.first());
            int weight = at + c * window.rows() + rows.first();
            for (int r = 0; r < rows.count(); r++) {
                t = load(x, source).fma(FloatVector.broadcast(F, weights[weight + r]), t);
                source += width;
            }
            s = s.add(t, VectorMask.fromLong(F, VectorKernels.signs(window.mask(c), n)));
        }
        clipped(s, low, high).intoArray(y, to, VectorMask.fromLong(F, wanted));
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(F, x, at);
    }

    private static FloatVector clipped(FloatVector v, float low, float high) {
        FloatVector raised = v.blend(low, v.lt(low));
        return raised.blend(high, raised.compare(VectorOperators.GT, high));
    }
}
