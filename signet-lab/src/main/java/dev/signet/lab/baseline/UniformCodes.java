package dev.signet.lab.baseline;

import dev.signet.core.WeightMatrix;

/**
 * A weight matrix on evenly spaced levels, {@code w ~ scale * (code - zero)}, with a scale and a zero point for each group of
 * weights, a filter or a part of one, that are fp16 numbers.
 *
 * @param bits of a code, 1..8
 * @param group codes of a group
 * @param codes [groups x group], 0..2^bits - 1 each
 * @param scales for each group
 * @param zeros for each group
 */
record UniformCodes(int bits, int group, byte[] codes, float[] scales, float[] zeros) {
    /** Finds the scale and the zero point of a group's weights. */
    interface Fit {
        void fit(double[] w, int bits, double[] scaleAndZero);
    }

    /** Fits each group, and takes the nearest codes. */
    static UniformCodes of(WeightMatrix matrix, int bits, int group, Fit fit) {
        double[] scales = new double[matrix.size() / group];
        double[] zeros = new double[scales.length];
        double[] w = new double[group];
        double[] scaleAndZero = new double[2];
        for (int g = 0; g < scales.length; g++) {
            for (int i = 0; i < group; i++) {
                w[i] = matrix.values()[g * group + i];
            }
            fit.fit(w, bits, scaleAndZero);
            scales[g] = scaleAndZero[0];
            zeros[g] = scaleAndZero[1];
        }
        return nearest(matrix, bits, group, scales, zeros);
    }

    Baseline.Quantized quantized() {
        return new Baseline.Quantized(dequantize(), bytes());
    }

    /** The nearest codes for scales and zero points, which are rounded to fp16 first. */
    static UniformCodes nearest(WeightMatrix weights, int bits, int group, double[] scales, double[] zeros) {
        byte[] codes = new byte[weights.size()];
        float[] roundedScales = new float[scales.length];
        float[] roundedZeros = new float[scales.length];
        for (int f = 0; f < scales.length; f++) {
            float scale = half(scales[f]);
            // Below fp16's range a filter is as good as zero.
            roundedScales[f] = scale > 0 ? scale : 1;
            roundedZeros[f] = half(scale > 0 ? zeros[f] : 0);
            for (int i = f * group; i < (f + 1) * group; i++) {
                codes[i] = (byte) code(weights.values()[i], roundedScales[f], roundedZeros[f], bits);
            }
        }
        return new UniformCodes(bits, group, codes, roundedScales, roundedZeros);
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
            int f = i / group;
            weights[i] = scales[f] * ((codes[i] & 0xff) - zeros[f]);
        }
        return weights;
    }

    /** Bytes of the codes, packed without gaps, and of the scales and zero points, two bytes each. */
    long bytes() {
        return Math.ceilDiv((long) codes.length * bits, 8) + 4L * scales.length;
    }
}
