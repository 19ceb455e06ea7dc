package dev.signet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.MultiBitWeight.CoefficientType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoefficientRoundingTest {
    /** fp32 additions in any order and with any signs give the bits of the exact sum. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void sumsAreExact(int bits) {
        Random random = new Random(bits);
        for (int exponent = -149; exponent <= 127; exponent++) {
            assertSumsAreExact(bits, exponent, false, random);
            assertSumsAreExact(bits, exponent, true, random);
        }
    }

    private static void assertSumsAreExact(int bits, int exponent, boolean spread, Random random) {
        double[] coefficients = new double[bits];
        for (int i = 0; i < bits; i++) {
            coefficients[i] = value(random, exponent, spread);
        }
        double z = value(random, exponent, spread);
        CoefficientType type = CoefficientRounding.type(Math.max(z, largest(coefficients)));

        double offset = CoefficientRounding.round(coefficients, z, type);

        float[] terms = new float[bits + 1];
        for (int i = 0; i < bits; i++) {
            terms[i] = stored(coefficients[i], type);
        }
        terms[bits] = stored(offset, type);
        for (int round = 0; round < 40; round++) {
            assertSumIsExact(terms, random);
        }
    }

    private static void assertSumIsExact(float[] terms, Random random) {
        shuffle(terms, random);
        float sum = 0;
        double exact = 0;
        for (int i = 0; i < terms.length; i++) {
            float term = random.nextBoolean() ? terms[i] : -terms[i];
            sum += term;
            exact += term;
            assertThat((double) sum).isEqualTo(exact);
        }
        assertThat(Float.isFinite(sum)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void movesNoValueByMoreThanHalfAStep(long seed) {
        Random random = new Random(seed);
        for (int exponent = -8; exponent <= 14; exponent++) {
            assertMovesNoValueByMoreThanHalfAStep(exponent, false, random);
            assertMovesNoValueByMoreThanHalfAStep(exponent, true, random);
        }
    }

    private static void assertMovesNoValueByMoreThanHalfAStep(int exponent, boolean spread, Random random) {
        double[] coefficients = {
            Math.scalb(1.2, exponent), value(random, exponent, spread), value(random, exponent, spread)
        };
        double[] rounded = coefficients.clone();

        CoefficientRounding.round(rounded, 0, CoefficientType.FLOAT16);

        for (int i = 0; i < rounded.length; i++) {
            double half = Math.max(coefficients[i] * 0x1p-11, Math.scalb(1.0, exponent - 22));
            assertThat(rounded[i]).isCloseTo(coefficients[i], within(Math.max(half, 0x1p-25)));
        }
    }

    @Test
    void typeFollowsTheLargestCoefficient() {
        assertThat(CoefficientRounding.type(0)).isEqualTo(CoefficientType.FLOAT16);
        assertThat(CoefficientRounding.type(0x1p-8)).isEqualTo(CoefficientType.FLOAT16);
        assertThat(CoefficientRounding.type(0x1p15)).isEqualTo(CoefficientType.FLOAT16);
        assertThat(CoefficientRounding.type(Math.nextDown(0x1p-8))).isEqualTo(CoefficientType.FLOAT32);
        assertThat(CoefficientRounding.type(Math.nextUp(0x1p15))).isEqualTo(CoefficientType.FLOAT32);
    }

    @Test
    void staysBelowTheLargestFloat() {
        double[] coefficients = {3.4e38, 1e38};
        double offset = CoefficientRounding.round(coefficients, 2e38, CoefficientType.FLOAT32);
        assertThat((float) (coefficients[0] + coefficients[1] + offset)).isFinite();
    }

    /** Fails where a value is not representable in its type. */
    private static float stored(double value, CoefficientType type) {
        float stored = (float) value;
        assertThat((double) stored).isEqualTo(value);
        if (type == CoefficientType.FLOAT16) {
            assertThat(Float.float16ToFloat(Float.floatToFloat16(stored))).isEqualTo(stored);
        }
        return stored;
    }

    private static double value(Random random, int exponent, boolean spread) {
        int down = spread ? random.nextInt(30) : random.nextInt(3);
        return Math.scalb(random.nextDouble(), exponent - down);
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    private static void shuffle(float[] terms, Random random) {
        for (int i = terms.length - 1; i > 0; i--) {
            int k = random.nextInt(i + 1);
            float swap = terms[i];
            terms[i] = terms[k];
            terms[k] = swap;
        }
    }
}
