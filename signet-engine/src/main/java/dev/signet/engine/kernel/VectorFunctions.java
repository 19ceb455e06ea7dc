package dev.signet.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API twin: polynomials in place of the library's functions. */
final class VectorFunctions implements FunctionKernels {
    private static final VectorSpecies<Float> F = VectorKernels.F;
    private static final int L = F.length();

    // Below the first e^x is 0 to fp32's smallest normal numbers, above the second it is infinite.
    private static final float LEAST = -86.5f;
    private static final float LARGEST = 89;

    // 1.5 * 2^23: a number below 2^22 that is added to it is rounded to an integer, which stands in its last bits.
    private static final float ROUNDER = 12582912;
    private static final int MANTISSA_BITS = 23;
    private static final int HALF = Float.floatToRawIntBits(0.5f);

    // ln 2 in two parts, so that n ln 2 is subtracted without rounding.
    private static final float LN2_HIGH = 355 / 512f;
    private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

    // Beyond it a sigmoid is 0 or 1 to some 1e-8.
    private static final float SATURATED = 18;

    @Override
    public void exp(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            wholeExp(FloatVector.fromArray(F, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (end < n) {
            VectorMask<Float> rest = F.indexInRange(end, n);
            wholeExp(FloatVector.fromArray(F, x, xOffset + end, rest)).intoArray(y, yOffset + end, rest);
        }
    }

    private static FloatVector wholeExp(FloatVector x) {
        return finiteExp(x).blend(0, x.lt(LEAST));
    }

    // e^x = 2^n e^r with r within ln 2 / 2 of 0, where seven terms of the series are enough; a NaN stays one.
    private static FloatVector finiteExp(FloatVector x) {
        FloatVector v = x.blend(LEAST, x.lt(LEAST));
        v = v.blend(LARGEST, v.compare(VectorOperators.GT, LARGEST));
        FloatVector rounded = v.mul((float) (1 / Math.log(2))).add(ROUNDER);
        FloatVector n = rounded.sub(ROUNDER);
        FloatVector r = n.fma(broadcast(-LN2_HIGH), v);
        r = n.fma(broadcast(-LN2_LOW), r);
        FloatVector p = r.fma(broadcast(1 / 5040f), broadcast(1 / 720f));
        p = p.fma(r, broadcast(1 / 120f));
        p = p.fma(r, broadcast(1 / 24f));
        p = p.fma(r, broadcast(1 / 6f));
        p = p.fma(r, broadcast(0.5));
        p = p.fma(r, broadcast(1));
        p = p.fma(r, broadcast(1));
        IntVector bits = rounded.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                .add(HALF);
        // 2^(n - 1) is finite where 2^n is not.
        return p.add(p).mul(bits.reinterpretAsFloats());
    }

    @Override
    public void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            sigmoid(FloatVector.fromArray(F, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (end < n) {
            VectorMask<Float> rest = F.indexInRange(end, n);
            sigmoid(FloatVector.fromArray(F, x, xOffset + end, rest)).intoArray(y, yOffset + end, rest);
        }
    }

    // 1/2 + x p(x^2) / q(x^2), as Eigen and ONNX Runtime have it: right to 2e-8, before it is rounded. A NaN stays one.
    private static FloatVector sigmoid(FloatVector x) {
        FloatVector v = x.blend(-SATURATED, x.lt(-SATURATED));
        v = v.blend(SATURATED, v.compare(VectorOperators.GT, SATURATED));
        FloatVector z = v.mul(v);
        FloatVector p = z.fma(broadcast(4.37031012579801e-11), broadcast(1.15627324459942e-07));
        p = p.fma(z, broadcast(6.08574864600143e-05));
        p = p.fma(z, broadcast(8.51377133304701e-03));
        p = p.fma(z, broadcast(2.48287947061529e-01)).mul(v);
        FloatVector q = z.fma(broadcast(6.10247389755681e-13), broadcast(5.76102136993427e-09));
        q = q.fma(z, broadcast(6.29106785017040e-06));
        q = q.fma(z, broadcast(1.70198817374094e-03));
        q = q.fma(z, broadcast(1.16817656904453e-01));
        q = q.fma(z, broadcast(9.93151921023180e-01));
        FloatVector y = p.div(q).add(0.5f);
        return y.blend(0, y.lt(0));
    }

    @Override
    public void tanh(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            tanh(FloatVector.fromArray(F, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (end < n) {
            VectorMask<Float> rest = F.indexInRange(end, n);
            tanh(FloatVector.fromArray(F, x, xOffset + end, rest)).intoArray(y, yOffset + end, rest);
        }
    }

    // 1 - 2 / (1 + e^2x), and where that would lose digits a polynomial: x + x^3 p(x^2), fitted at 400 Chebyshev
    // nodes of x^2 up to 0.5625, right to 7e-9.
    private static FloatVector tanh(FloatVector x) {
        FloatVector far = broadcast(1).sub(broadcast(2).div(finiteExp(x.add(x)).add(1)));
        FloatVector z = x.mul(x);
        FloatVector p = z.fma(broadcast(0.00191454078), broadcast(-0.0079409292));
        p = p.fma(z, broadcast(0.0216188474));
        p = p.fma(z, broadcast(-0.0539365688));
        p = p.fma(z, broadcast(0.133331847));
        p = p.fma(z, broadcast(-0.333333322));
        FloatVector near = p.mul(z).fma(x, x);
        return far.blend(near, z.lt(0.5625f));
    }

    @Override
    public void erf(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = F.loopBound(n);
        for (int i = 0; i < end; i += L) {
            erf(FloatVector.fromArray(F, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (end < n) {
            VectorMask<Float> rest = F.indexInRange(end, n);
            erf(FloatVector.fromArray(F, x, xOffset + end, rest)).intoArray(y, yOffset + end, rest);
        }
    }

    // Abramowitz and Stegun, 7.1.26: 1 - (a1 t + ... + a5 t^5) e^(-x^2), t = 1 / (1 + p |x|), right to 1.5e-7.
    private static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector t = broadcast(1).div(a.fma(broadcast(0.3275911), broadcast(1)));
        FloatVector p = t.fma(broadcast(1.061405429), broadcast(-1.453152027));
        p = p.fma(t, broadcast(1.421413741));
        p = p.fma(t, broadcast(-0.284496736));
        p = p.fma(t, broadcast(0.254829592));
        FloatVector positive = broadcast(1).sub(p.mul(t).mul(finiteExp(a.mul(a).neg())));
        return positive.blend(positive.neg(), x.lt(0));
    }

    private static FloatVector broadcast(double value) {
        return FloatVector.broadcast(F, (float) value);
    }
}
