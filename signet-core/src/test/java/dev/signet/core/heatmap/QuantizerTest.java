package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.HeatMap;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.WeightMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a quantized tensor promises, whatever the method and the grouping. */
class QuantizerTest {
    private static final Quantizer THREE_BITS = Quantizer.alternating(3);

    @ParameterizedTest
    @ValueSource(strings = {"filter", "kernel", "block:10", "block:1", "layer"})
    void resultIsTheSameWhateverTheThreads(String grouping) {
        WeightMatrix matrix = matrix(new Random(1), 37, 45, 9);
        for (Method method : new Method[] {Method.GREEDY, Method.REFINED, Method.ALTERNATING}) {
            Quantizer quantizer = Quantizer.of(method, 3).grouping(Grouping.parse(grouping));
            MultiBitWeight sequential = quantizer.quantize(matrix);
            for (int threads : new int[] {1, 2, 5}) {
                try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                    assertEqual(quantizer.quantize(matrix, pool), sequential);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "kernel", "block:10", "layer"})
    void errorFallsWithEveryBit(String grouping) {
        WeightMatrix matrix = matrix(new Random(2), 8, 54, 9);
        double before = Double.POSITIVE_INFINITY;
        for (int bits = 1; bits <= 8; bits++) {
            double error = error(
                    matrix,
                    Quantizer.alternating(bits)
                            .grouping(Grouping.parse(grouping))
                            .quantize(matrix));
            assertThat(error).isLessThan(before * 0.8 + 1e-6);
            before = error;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void scalingByAPowerOfTwoScalesTheResult(int bits) {
        for (int e = -4; e <= 6; e++) {
            assertScalesTheResult(bits, e, matrix(new Random(16L * bits + e), 3, 36, 9));
        }
    }

    private static void assertScalesTheResult(int bits, int e, WeightMatrix matrix) {
        float[] scaled = matrix.values().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = Math.scalb(scaled[i], e);
        }
        MultiBitWeight weight = Quantizer.alternating(bits).quantize(matrix);
        MultiBitWeight other = Quantizer.alternating(bits).quantize(new WeightMatrix(3, 36, 9, scaled));

        float[] expected = weight.dequantize();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.scalb(expected[i], e);
        }
        // Small coefficients meet fp16's subnormals at another place.
        float[] actual = other.dequantize();
        double tolerance = Math.scalb(0x1p-7, e);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).isLessThanOrEqualTo((float) tolerance);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void permutingWeightsPermutesCodes(int bits) {
        for (int seed = 0; seed < 25; seed++) {
            assertPermutesCodes(bits, new Random(seed));
        }
    }

    private static void assertPermutesCodes(int bits, Random random) {
        WeightMatrix matrix = matrix(random, 1, 50, 1);
        int[] order = random.ints(0, 50).distinct().limit(50).toArray();
        float[] permuted = new float[50];
        for (int j = 0; j < 50; j++) {
            permuted[j] = matrix.values()[order[j]];
        }
        Quantizer quantizer = Quantizer.alternating(bits).offset(bits == 1);

        float[] expected = quantizer.quantize(matrix).dequantize();
        float[] actual =
                quantizer.quantize(new WeightMatrix(1, 50, 1, permuted)).dequantize();

        for (int j = 0; j < 50; j++) {
            assertThat(actual[j]).isEqualTo(expected[order[j]]);
        }
    }

    @Test
    void importanceOfOneIsUniform() {
        WeightMatrix matrix = matrix(new Random(3), 6, 27, 9);
        float[] ones = new float[matrix.size()];
        Arrays.fill(ones, 1);
        for (Method method : new Method[] {Method.GREEDY, Method.REFINED, Method.ALTERNATING}) {
            Quantizer quantizer = Quantizer.of(method, 3);
            assertEqual(
                    quantizer.heatMap(new HeatMap.Given(ones)).quantize(matrix),
                    quantizer.heatMap(new HeatMap.Uniform()).quantize(matrix));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void codesAreTheNearestOfTheRoundedLevels(int bits) {
        Random random = new Random(bits);
        for (int round = 0; round < 4; round++) {
            assertCodesAreTheNearest(bits, true, matrix(random, 2, 40, 1));
            assertCodesAreTheNearest(bits, false, matrix(random, 2, 40, 1));
        }
    }

    private static void assertCodesAreTheNearest(int bits, boolean offset, WeightMatrix matrix) {
        MultiBitWeight weight = Quantizer.alternating(bits).offset(offset).quantize(matrix);
        float[] values = weight.dequantize();
        for (int g = 0; g < 2; g++) {
            float[] levels = levels(weight, g);
            for (int j = g * 40; j < g * 40 + 40; j++) {
                double distance = Math.abs((double) matrix.values()[j] - values[j]);
                for (float level : levels) {
                    assertThat(distance).isLessThanOrEqualTo(Math.abs((double) matrix.values()[j] - level));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void coefficientsFallAndAreStoredExactly(int bits) {
        Random random = new Random(bits);
        for (int e = -60; e <= 60; e += 5) {
            assertFallAndAreStoredExactly(bits, e, matrix(random, 3, 20, 1));
        }
    }

    private static void assertFallAndAreStoredExactly(int bits, int e, WeightMatrix matrix) {
        for (int i = 0; i < matrix.size(); i++) {
            matrix.values()[i] = Math.scalb(matrix.values()[i], e);
        }
        for (Method method : new Method[] {Method.GREEDY, Method.REFINED, Method.ALTERNATING}) {
            MultiBitWeight weight = Quantizer.of(method, bits).quantize(matrix);
            for (int i = 0; i < weight.coefficients().length; i++) {
                float a = weight.coefficients()[i];
                assertThat(a).isBetween(0f, i % bits == 0 ? Float.MAX_VALUE : weight.coefficients()[i - 1]);
                if (weight.type() == CoefficientType.FLOAT16) {
                    assertThat(Float.float16ToFloat(Float.floatToFloat16(a))).isEqualTo(a);
                }
            }
        }
    }

    @Test
    void packedBitsUnpackToTheSigns() {
        WeightMatrix matrix = matrix(new Random(4), 5, 21, 1);
        MultiBitWeight weight = Quantizer.alternating(3).quantize(matrix);
        float[] values = weight.dequantize();
        for (int j = 0; j < values.length; j++) {
            int g = j / 21;
            float value = weight.offsets()[g];
            for (int i = 0; i < 3; i++) {
                value += (weight.sign(g, i, j % 21) ? 1 : -1) * weight.coefficients()[3 * g + i];
            }
            assertThat(value).isEqualTo(values[j]);
        }
    }

    @Test
    void lastGroupOfARowMayBeShorter() {
        WeightMatrix matrix = matrix(new Random(5), 3, 25, 1);
        MultiBitWeight weight = THREE_BITS.grouping(new Grouping.Block(8)).quantize(matrix);
        assertThat(weight.layout()).isEqualTo(new GroupLayout(3, 25, 4, 7));
        assertThat(error(matrix, weight)).isLessThan(0.02);
    }

    @Test
    void tinyWeightsAreStoredAsFloat32() {
        float[] values = {1e-6f, -2e-6f, 3e-6f, 5e-6f, -4e-6f, 1.5e-6f};
        WeightMatrix matrix = new WeightMatrix(1, 6, 1, values);
        MultiBitWeight weight = Quantizer.alternating(6).quantize(matrix);
        assertThat(weight.type()).isEqualTo(CoefficientType.FLOAT32);
        assertThat(error(matrix, weight)).isLessThan(1e-4);
    }

    @Test
    void hugeAndSubnormalWeights() {
        for (float scale : new float[] {Float.MIN_VALUE, Float.MIN_NORMAL, 1e10f, Float.MAX_VALUE}) {
            WeightMatrix matrix = new WeightMatrix(1, 4, 1, new float[] {scale, -scale, scale, -scale});
            for (int bits = 1; bits <= 8; bits++) {
                for (float value : Quantizer.alternating(bits).quantize(matrix).dequantize()) {
                    assertThat(Math.abs(value)).isBetween(scale * 0.999f, scale);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GREEDY", "REFINED", "ALTERNATING"})
    void namesTheWeightThatIsNotANumber(Method method) {
        WeightMatrix matrix = matrix(new Random(6), 3, 9, 9);
        matrix.values()[17] = Float.NaN;
        assertThatThrownBy(() -> Quantizer.of(method, 2).quantize(matrix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight 17");
    }

    @Test
    void refusesWhatItCanNotDo() {
        assertThatThrownBy(() -> Quantizer.alternating(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Quantizer.alternating(9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Quantizer.of(Method.OUTPUT_AWARE, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void offsetHelpsWhereWeightsAreOffCentre() {
        WeightMatrix matrix = matrix(new Random(7), 16, 90, 9);
        for (int bits = 1; bits <= 6; bits++) {
            Quantizer quantizer = Quantizer.alternating(bits);
            assertThat(error(matrix, quantizer.quantize(matrix)))
                    .isLessThan(error(matrix, quantizer.offset(false).quantize(matrix)));
        }
    }

    private static float[] levels(MultiBitWeight weight, int g) {
        float[] levels = new float[1 << weight.bits()];
        for (int code = 0; code < levels.length; code++) {
            float sum = weight.offsets().length == 0 ? 0 : weight.offsets()[g];
            for (int i = 0; i < weight.bits(); i++) {
                float a = weight.coefficients()[g * weight.bits() + i];
                sum += (code >> i & 1) != 0 ? a : -a;
            }
            levels[code] = sum;
        }
        return levels;
    }

    private static double error(WeightMatrix matrix, MultiBitWeight weight) {
        float[] values = weight.dequantize();
        double error = 0;
        double energy = 0;
        for (int i = 0; i < values.length; i++) {
            double w = matrix.values()[i];
            error += (w - values[i]) * (w - values[i]);
            energy += w * w;
        }
        return error / energy;
    }

    private static void assertEqual(MultiBitWeight actual, MultiBitWeight expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    private static WeightMatrix matrix(Random random, int filters, int inputs, int kernelSize) {
        float[] values = new float[filters * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian(0.2, 0.7);
        }
        return new WeightMatrix(filters, inputs, kernelSize, values);
    }
}
