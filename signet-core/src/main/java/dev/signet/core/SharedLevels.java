package dev.signet.core;

/**
 * Levels that all groups of a weight share, each group with a factor of its own: level {@code c} of group {@code g} is
 * {@code scales[g] * (offset + sum of +-coefficients[i])}, rounded to fp32 once.
 *
 * @param coefficients one for each sign plane, falling and never negative
 * @param offset the shared constant term
 * @param scales one factor for each group, fp16
 */
public record SharedLevels(float[] coefficients, float offset, float[] scales) {
    /** The level of a code before the group's factor; exact. */
    public float level(int code) {
        float sum = offset;
        for (int i = 0; i < coefficients.length; i++) {
            sum += (code >>> i & 1) != 0 ? coefficients[i] : -coefficients[i];
        }
        return sum;
    }

    /** The same levels with the factors of each row multiplied and rounded to fp16 again. */
    SharedLevels scaled(double[] factors, int groupsPerRow) {
        float[] scaled = new float[scales.length];
        for (int g = 0; g < scaled.length; g++) {
            scaled[g] = Float.float16ToFloat(Float.floatToFloat16((float) (scales[g] * factors[g / groupsPerRow])));
        }
        return new SharedLevels(coefficients, offset, scaled);
    }
}
