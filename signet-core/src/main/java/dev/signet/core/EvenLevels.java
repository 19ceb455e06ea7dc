package dev.signet.core;

import java.util.Arrays;

/**
 * Levels on a line, which whole numbers times a scale can be: in each group every coefficient is twice the next, and the offset
 * puts one level on 0 ({@code z = a_b * (2^b - 1 - 2k)}, level k being 0), or, with one bit, is 0.
 *
 * <p>The smallest coefficient has {@link #SIGNIFICANT} bits, so that every sum is exact in fp32.
 */
public final class EvenLevels {
    /** Of 24 bits, a sum of eight coefficients and an offset takes nine more than the smallest has. */
    private static final int SIGNIFICANT = 15;

    private EvenLevels() {}

    /** What coefficient {@code i} of {@code bits} is, times the smallest. */
    public static double factor(int i, int bits) {
        return 1L << (bits - 1 - i);
    }

    /** The code of level {@code k}, counted from the lowest: the first plane has the largest coefficient. */
    public static byte code(int k, int bits) {
        return (byte) (Integer.reverse(k) >>> (Integer.SIZE - bits));
    }

    /**
     * Moves coefficients and offset of one group on a line.
     *
     * @param coefficients each about twice the next
     * @return the offset
     */
    public static double round(double[] coefficients, double offset) {
        int bits = coefficients.length;
        double steps = (1 << bits) - 1;
        double smallest = coefficients[bits - 1];
        double middle = bits == 1 ? 0 : offset;
        // A line that does not reach 0 is stretched until it does, its far end staying where it is.
        if (Math.abs(middle) > smallest * steps) {
            smallest = (Math.abs(middle) + smallest * steps) / (2 * steps);
            middle = Math.copySign(smallest * steps, middle);
        }
        smallest = rounded(smallest);
        for (int i = 0; i < bits; i++) {
            coefficients[i] = smallest * factor(i, bits);
        }
        if (bits == 1 || smallest == 0) {
            return 0;
        }
        return smallest * (steps - 2 * Math.rint((steps - middle / smallest) / 2)) + 0.0;
    }

    /** Whether coefficients and offset of one group are what {@link #round} makes. */
    static boolean are(double[] coefficients, double offset) {
        double[] line = coefficients.clone();
        return round(line, offset) == offset && Arrays.equals(line, coefficients);
    }

    private static double rounded(double x) {
        if (x == 0) {
            return 0;
        }
        // Below this, products with 2^-k would leave fp32's normal numbers.
        int step = Math.max(Math.getExponent(x) + 1 - SIGNIFICANT, Float.MIN_EXPONENT);
        return Math.scalb(Math.rint(Math.scalb(x, -step)), step);
    }
}
