package dev.signet.lab.baseline;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeightBuilder;
import dev.signet.core.Solution;
import dev.signet.core.WeightMatrix;

/**
 * A weight matrix on evenly spaced levels, {@code w ~ scale * (code - zero)}, with a scale and a zero point for each filter that
 * are fp16 numbers.
 *
 * @param bits of a code, 1..8
 * @param inputs codes of a filter
 * @param codes [filters x inputs], 0..2^bits - 1 each
 * @param scales for each filter
 * @param zeros for each filter
 */
record UniformCodes(int bits, int inputs, byte[] codes, float[] scales, float[] zeros) {
    /** The nearest codes for scales and zero points, which are rounded to fp16 first. */
    static UniformCodes nearest(WeightMatrix weights, int bits, double[] scales, double[] zeros) {
        int d = weights.inputs();
        byte[] codes = new byte[weights.size()];
        float[] roundedScales = new float[scales.length];
        float[] roundedZeros = new float[scales.length];
        for (int f = 0; f < scales.length; f++) {
            float scale = half(scales[f]);
            // Below fp16's range a filter is as good as zero.
            roundedScales[f] = scale > 0 ? scale : 1;
            roundedZeros[f] = half(scale > 0 ? zeros[f] : 0);
            for (int i = f * d; i < (f + 1) * d; i++) {
                codes[i] = (byte) code(weights.values()[i], roundedScales[f], roundedZeros[f], bits);
            }
        }
        return new UniformCodes(bits, d, codes, roundedScales, roundedZeros);
    }

    /** The code of the level that is nearest to a weight. */
    static int code(double weight, double scale, double zero, int bits) {
        return (int) Math.clamp(Math.rint(weight / scale + zero), 0, (1 << bits) - 1);
    }

    private static float half(double value) {
        return Float.float16ToFloat(Float.floatToFloat16((float) value));
    }

    /** The weights that the codes stand for. */
    float[] dequantize() {
        float[] weights = new float[codes.length];
        for (int i = 0; i < weights.length; i++) {
            int f = i / inputs;
            weights[i] = scales[f] * ((codes[i] & 0xff) - zeros[f]);
        }
        return weights;
    }

    /** The same weights as sign planes: {@code scale * code} is a sum of halving coefficients with signs, and an offset. */
    MultiBitWeight planes() {
        var builder = new MultiBitWeightBuilder(new GroupLayout(scales.length, inputs, 1, inputs), bits, true);
        for (int f = 0; f < scales.length; f++) {
            double[] coefficients = new double[bits];
            for (int i = 0; i < bits; i++) {
                coefficients[i] = scales[f] * Math.scalb(1.0, bits - 2 - i);
            }
            byte[] signs = new byte[inputs];
            for (int j = 0; j < inputs; j++) {
                // The first plane has the largest coefficient: the code's highest bit.
                signs[j] = (byte) (Integer.reverse(codes[f * inputs + j] & 0xff) >>> (Integer.SIZE - bits));
            }
            double offset = scales[f] * (((1 << bits) - 1) / 2.0 - zeros[f]);
            builder.set(f, new Solution(coefficients, offset, signs, 0));
        }
        return builder.build(MultiBitWeight.CoefficientType.FLOAT32);
    }

    /** Bytes of the codes, packed without gaps, and of the scales and zero points, two bytes each. */
    long bytes() {
        return Math.ceilDiv((long) codes.length * bits, 8) + 4L * scales.length;
    }
}
