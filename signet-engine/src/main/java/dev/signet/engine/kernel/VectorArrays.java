package dev.signet.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API twin. */
final class VectorArrays implements ArrayKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    // Vectors of sums that hide the time of a multiply-add.
    private static final int SUMS = 8;

    @Override
    public void gather(float[] x, int offset, int[] index, int first, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector.fromArray(F, x, offset, index, first + i).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = x[offset + index[first + i]];
        }
    }

    @Override
    public void gatherSums(
            int taps, float[] x, int offset, int[] index, float[] weights, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector sum = FloatVector.zero(F);
            for (int t = i; t < taps * n; t += n) {
                sum = FloatVector.fromArray(F, x, offset, index, t)
                        .mul(FloatVector.fromArray(F, weights, t))
                        .add(sum);
            }
            sum.intoArray(y, yOffset + i);
        }
        ScalarArrays.gatherSums(taps, x, offset, index, weights, y, yOffset, end, n, n);
    }

    @Override
    public void combine(int depth, float[] x, float[] w, int wOffset, int stride, float[] y, int yOffset, int n) {
        int i = 0;
        for (; i + SUMS * L <= n; i += SUMS * L) {
            eight(depth, x, w, wOffset + i, stride, y, yOffset + i);
        }
        for (; i < n; i += L) {
            VectorMask<Float> wanted = F.indexInRange(i, n);
            FloatVector sum = FloatVector.zero(F);
            for (int k = 0; k < depth; k++) {
                FloatVector v = FloatVector.fromArray(F, w, wOffset + k * stride + i, wanted);
                sum = v.fma(FloatVector.broadcast(F, x[k]), sum);
            }
            sum.intoArray(y, yOffset + i, wanted);
        }
    }

    private static void eight(int depth, float[] x, float[] w, int wOffset, int stride, float[] y, int yOffset) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int k = 0, at = wOffset; k < depth; k++, at += stride) {
            FloatVector v = FloatVector.broadcast(F, x[k]);
            s0 = FloatVector.fromArray(F, w, at).fma(v, s0);
            s1 = FloatVector.fromArray(F, w, at + L).fma(v, s1);
            s2 = FloatVector.fromArray(F, w, at + 2 * L).fma(v, s2);
            s3 = FloatVector.fromArray(F, w, at + 3 * L).fma(v, s3);
            s4 = FloatVector.fromArray(F, w, at + 4 * L).fma(v, s4);
            s5 = FloatVector.fromArray(F, w, at + 5 * L).fma(v, s5);
            s6 = FloatVector.fromArray(F, w, at + 6 * L).fma(v, s6);
            s7 = FloatVector.fromArray(F, w, at + 7 * L).fma(v, s7);
        }
        s0.intoArray(y, yOffset);
        s1.intoArray(y, yOffset + L);
        s2.intoArray(y, yOffset + 2 * L);
        s3.intoArray(y, yOffset + 3 * L);
        s4.intoArray(y, yOffset + 4 * L);
        s5.intoArray(y, yOffset + 5 * L);
        s6.intoArray(y, yOffset + 6 * L);
        s7.intoArray(y, yOffset + 7 * L);
    }

    @Override
    public void subtract(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, a, aOffset + i);
            v.sub(FloatVector.fromArray(F, b, bOffset + i)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] - b[bOffset + i];
        }
    }

    @Override
    public void divide(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            FloatVector v = FloatVector.fromArray(F, a, aOffset + i);
            v.div(FloatVector.fromArray(F, b, bOffset + i)).intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] / b[bOffset + i];
        }
    }
}
