package dev.signet.core;

import dev.signet.core.MultiBitWeight.CoefficientType;

/**
 * Rounds a group's coefficients and offset to fp16 or fp32 so that every sum of them, with any signs and in any order, is exact
 * in fp32: all are multiples of one power of two 2^e, and their magnitudes add up to at most 2^(24+e).
 */
public final class CoefficientRounding {
    /** Significand bits of fp32: integers up to 2^24 are exact. */
    private static final int EXACT_BITS = 24;

    /** Where fp16 is neither coarse (its subnormals start at 2^-14) nor near its end (65504). */
    private static final double FP16_SMALLEST = 0x1p-8;

    private static final double FP16_LARGEST = 0x1p15;

    private CoefficientRounding() {}

    /**
     * How a tensor's coefficients are stored.
     *
     * @param largest the largest magnitude among its coefficients and offsets
     */
    public static CoefficientType type(double largest) {
        boolean fits = largest == 0 || (largest >= FP16_SMALLEST && largest <= FP16_LARGEST);
        return fits ? CoefficientType.FLOAT16 : CoefficientType.FLOAT32;
    }

    /**
     * Rounds coefficients and offset of one group in place.
     *
     * @param coefficients finite
     * @param offset finite
     * @return the rounded offset
     */
    public static double round(double[] coefficients, double offset, CoefficientType type) {
        double sum = Math.abs(offset);
        for (double a : coefficients) {
            sum += Math.abs(a);
        }
        double shrink = 1;
        // Sums must stay below fp32's end; only weights within a rounding step of it get here.
        if (sum > Float.MAX_VALUE * (1 - 0x1p-20)) {
            shrink = Float.MAX_VALUE * (1 - 0x1p-20) / sum;
            sum *= shrink;
        }
        // Rounding moves no value by more than 2^-11 of itself or half a step,
        // so that 2^-9 more leaves room for all nine.
        int exponent = sum == 0 ? 0 : Math.getExponent(sum * (1 + 0x1p-9)) + 1 - EXACT_BITS;
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = round(coefficients[i] * shrink, exponent, type);
        }
        return round(offset * shrink, exponent, type);
    }

    /** To the nearest multiple of both 2^exponent and the type's own step at {@code x}; ties to even. */
    private static double round(double x, int exponent, CoefficientType type) {
        int magnitude = x == 0 ? -1000 : Math.getExponent(x);
        int own = switch (type) {
            case FLOAT16 -> Math.max(magnitude, -14) - 10;
            case FLOAT32 -> Math.max(magnitude, Float.MIN_EXPONENT) - 23;
        };
        int step = Math.max(own, exponent);
        return Math.scalb(Math.rint(Math.scalb(x, -step)), step) + 0.0;
    }
}
