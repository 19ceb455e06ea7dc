package dev.signet.lab.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.WeightMatrix;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
    private static final int FILTERS = 6;
    private static final int INPUTS = 90;

    @ParameterizedTest
    @EnumSource
    void moreBitsErrLess(Baseline baseline) {
        WeightMatrix matrix = gaussian();
        double before = Double.POSITIVE_INFINITY;
        for (int bits = 1; bits <= 8; bits++) {
            double error = squaredError(matrix, baseline.codes(matrix, bits).dequantize());
            assertThat(error).as("%d bits", bits).isLessThan(before);
            before = error;
        }
        // At 8 bits a step is about 6 sigma / 255: relative error step^2 / 12.
        assertThat(before / squaredError(matrix, new float[matrix.size()])).isLessThan(1e-4);
    }

    @ParameterizedTest
    @EnumSource
    void planesStandForTheCodes(Baseline baseline) {
        WeightMatrix matrix = gaussian();
        for (int bits = 1; bits <= 8; bits++) {
            UniformCodes codes = baseline.codes(matrix, bits);
            assertThat(baseline.quantize(matrix, bits).weight().dequantize())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(codes.dequantize());
            assertThat(codes.bytes()).isEqualTo((FILTERS * INPUTS * bits + 7) / 8 + 4 * FILTERS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void equalWeightsStayWhatTheyAre(Baseline baseline) {
        for (float value : new float[] {0, 0.25f, -3}) {
            float[] same = new float[2 * 9];
            Arrays.fill(same, value);
            WeightMatrix matrix = new WeightMatrix(2, 9, 9, same);
            assertThat(baseline.codes(matrix, 2).dequantize()).containsOnly(value);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void clippingNeverErrsMoreThanTheWholeRange(int bits) {
        var random = new SplittableRandom(bits);
        double[] w = random.doubles(200, -1, 1).map(x -> x * x * x).toArray();
        double[] whole = new double[2];
        double[] clipped = new double[2];
        Clipping.minMax(w, bits, whole);
        Clipping.leastSquares(w, bits, clipped);
        assertThat(Clipping.error(w, bits, clipped)).isLessThan(Clipping.error(w, bits, whole));
    }

    @Test
    void theHalfQuadraticZeroPointLowersTheNormOfErrors() {
        var random = new SplittableRandom(1);
        double[] w = new double[300];
        for (int i = 0; i < w.length; i++) {
            w[i] = random.nextGaussian() / 10;
        }
        w[7] = 1.5;
        double[] range = new double[2];
        double[] fitted = new double[2];
        Clipping.minMax(w, 2, range);
        HalfQuadratic.fit(w, 2, fitted);
        assertThat(HalfQuadratic.norm(w, 2, fitted[0], fitted[1]))
                .isLessThan(HalfQuadratic.norm(w, 2, range[0], range[1]));
    }

    @Test
    void shrinkageIsTheSoftThresholdOfTheNorm() {
        // |x|^(p - 1) / beta = 8^-0.3 / 10
        assertThat(HalfQuadratic.shrunk(-8, 10)).isCloseTo(-8 + Math.pow(8, -0.3) / 10, within(1e-12));
        assertThat(HalfQuadratic.shrunk(0.01, 10)).isZero();
        assertThat(HalfQuadratic.shrunk(0, 10)).isZero();
    }

    private static WeightMatrix gaussian() {
        var random = new SplittableRandom(5);
        float[] values = new float[FILTERS * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / 20);
        }
        return new WeightMatrix(FILTERS, INPUTS, 9, values);
    }

    private static double squaredError(WeightMatrix matrix, float[] approximation) {
        double error = 0;
        for (int i = 0; i < approximation.length; i++) {
            double difference = matrix.values()[i] - approximation[i];
            error += difference * difference;
        }
        return error;
    }
}
