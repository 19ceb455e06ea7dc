package dev.signet.onnx.linear;

import dev.signet.core.MultiBitWeight;
import java.util.Optional;

/**
 * The levels of one group as whole multiples of a scale: the level of code {@code c} is {@code numbers[c] * scale}, to the bit.
 *
 * @param scale what all levels are multiples of, and as large as can be; 1 where all are 0
 * @param numbers of each code
 */
record LinearGroup(float scale, int[] numbers) {
    /** Beyond this no type has room. */
    private static final long LARGEST = 255;

    /** The levels of group {@code g}, unless they are no multiples of one scale that 8 bits have room for. */
    static Optional<LinearGroup> of(MultiBitWeight weight, int g) {
        int codes = 1 << weight.bits();
        float[] exact = new float[codes];
        for (int c = 0; c < codes; c++) {
            exact[c] = weight.shared() == null
                    ? sum(weight, g, c)
                    : weight.shared().level(c);
        }
        int exponent = lowestExponent(exact);
        long divisor = 0;
        long[] multiples = new long[codes];
        for (int c = 0; c < codes; c++) {
            double multiple = Math.scalb((double) exact[c], -exponent);
            if (Math.abs(multiple) >= Long.MAX_VALUE) {
                return Optional.empty();
            }
            multiples[c] = (long) multiple;
            divisor = greatestCommonDivisor(divisor, Math.abs(multiples[c]));
        }
        float factor = weight.shared() == null ? 1 : weight.shared().scales()[g];
        if (divisor == 0 || factor == 0) {
            return Optional.of(new LinearGroup(1, new int[codes]));
        }
        float scale = (float) Math.scalb((double) divisor, exponent) * factor;
        int[] numbers = new int[codes];
        for (int c = 0; c < codes; c++) {
            long number = multiples[c] / divisor;
            if (Math.abs(number) > LARGEST || number * scale != exact[c] * factor) {
                return Optional.empty();
            }
            numbers[c] = Math.toIntExact(number);
        }
        return Optional.of(new LinearGroup(scale, numbers));
    }

    private static float sum(MultiBitWeight weight, int g, int code) {
        float sum = weight.offsets().length == 0 ? 0 : weight.offsets()[g];
        for (int i = 0; i < weight.bits(); i++) {
            float a = weight.coefficients()[g * weight.bits() + i];
            sum += (code >>> i & 1) != 0 ? a : -a;
        }
        return sum;
    }

    /** All values are multiples of two to this. */
    private static int lowestExponent(float[] values) {
        int lowest = Integer.MAX_VALUE;
        for (float value : values) {
            if (value != 0) {
                int own = Math.max(Math.getExponent(value), Float.MIN_EXPONENT) - 23;
                long significand = (long) Math.scalb((double) Math.abs(value), -own);
                lowest = Math.min(lowest, own + Long.numberOfTrailingZeros(significand));
            }
        }
        return lowest == Integer.MAX_VALUE ? 0 : lowest;
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    int least() {
        int least = 0;
        for (int number : numbers) {
            least = Math.min(least, number);
        }
        return least;
    }

    int greatest() {
        int greatest = 0;
        for (int number : numbers) {
            greatest = Math.max(greatest, number);
        }
        return greatest;
    }

    /** Bits that these numbers and 0 take, shifted by a zero point. */
    int bits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(greatest() - least());
    }

    /** Whether {@code type} has room for the numbers as they are. */
    boolean fits(LinearType type) {
        return least() >= type.lowest() && greatest() < -type.lowest();
    }
}
