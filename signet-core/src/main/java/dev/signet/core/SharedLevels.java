package dev.signet.core;

import dev.signet.core.MultiBitWeight.CoefficientType;

/**
 * Levels that all groups of a weight share, each group with a factor of its own: level {@code c} of group {@code g} is
 * {@code scales[g] * (offset + sum of +-coefficients[i])}, rounded to fp32 once.
 *
 * @param coefficients one for each sign plane, falling and never negative
 * @param offset the shared constant term
 * @param scales one factor for each group
 */
public record SharedLevels(float[] coefficients, float offset, float[] scales) {
    /** Between these a factor has all its bits in fp16, with room for corrections that scale it. */
    private static final double FP16_SMALLEST = 0x1p-13;

    private static final double FP16_LARGEST = 0x1p13;

    /**
     * What the groups of a weight share.
     *
     * @throws IllegalArgumentException if they have levels of their own
     */
    public static SharedLevels of(MultiBitWeight weight) {
        if (weight.shared() == null) {
            throw new IllegalArgumentException("the weight's groups have levels of their own");
        }
        return weight.shared();
    }

    /** How levels and factors are stored, if those factors that are not 0 lie between {@code smallest} and {@code largest}. */
    public static CoefficientType type(double smallest, double largest) {
        boolean fits = largest == 0 || (smallest >= FP16_SMALLEST && largest <= FP16_LARGEST);
        return fits ? CoefficientType.FLOAT16 : CoefficientType.FLOAT32;
    }

    /** A factor as it is stored. */
    public static float round(double factor, CoefficientType type) {
        return switch (type) {
            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) factor));
            case FLOAT32 -> (float) factor;
        };
    }

    /** The level of a code before the group's factor; exact. */
    public float level(int code) {
        float sum = offset;
        for (int i = 0; i < coefficients.length; i++) {
            sum += (code >>> i & 1) != 0 ? coefficients[i] : -coefficients[i];
        }
        return sum;
    }

    /** The same levels with the factors of each row multiplied and rounded again. */
    SharedLevels scaled(double[] factors, int groupsPerRow, CoefficientType type) {
        float[] scaled = new float[scales.length];
        for (int g = 0; g < scaled.length; g++) {
            scaled[g] = round(scales[g] * factors[g / groupsPerRow], type);
        }
        return new SharedLevels(coefficients, offset, scaled);
    }
}
