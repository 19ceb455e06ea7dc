package dev.signet.quantize.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.Grouping;
import dev.signet.core.compute.Compute;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every derivative against differences of the value itself. */
class AttentionGradientTest {
    private static final double STEP = 1e-5;

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void errorByCoefficients(boolean matched) {
        var random = new SplittableRandom(1);
        // A positive definite B^T C B and a B^T C t that goes with it.
        double[] square = {5, 1, 0.5, 1, 4, -0.3, 0.5, -0.3, 3};
        double[] linear = {2, -1, 3};
        var error = new OutputError(6, linear, square, matched);
        double[] a = random.doubles(3, 0.2, 1).toArray();
        double[] gradient = new double[3];
        error.at(a, gradient);

        for (int i = 0; i < 3; i++) {
            double[] more = a.clone();
            double[] less = a.clone();
            more[i] += STEP;
            less[i] -= STEP;
            assertThat(gradient[i]).isCloseTo((error.at(more) - error.at(less)) / (2 * STEP), within(1e-7));
        }
    }

    @ParameterizedTest
    @CsvSource({"filter, true, 2", "kernel, true, 1", "block:7, false, 3", "layer, true, 2"})
    void errorByImportance(String group, boolean matched, int bits) {
        AttentionLayer layer = ToyLayer.of(3, 4, 9, bits, Grouping.parse(group), matched);
        try (var pool = new Compute(1)) {
            LayerObjective objective = layer.objective(new int[] {0, 1, 2});
            double[] u = new SplittableRandom(2).doubles(3 * 36, 0.5, 2).toArray();
            CodedLayer coded = objective.coded(u, pool);
            double[] gradient = new double[u.length];
            for (int row = 0; row < coded.rows(); row++) {
                coded.error(row, u, gradient);
            }

            for (int j = 0; j < u.length; j += 5) {
                double difference = (error(coded, u, j, STEP) - error(coded, u, j, -STEP)) / (2 * STEP);
                assertThat(gradient[j]).isCloseTo(difference, within(1e-7 + 1e-5 * Math.abs(difference)));
            }
        }
    }

    /** The error of all rows with one importance changed; the codes stay. */
    private static double error(CodedLayer coded, double[] importance, int j, double step) {
        double[] changed = importance.clone();
        changed[j] += step;
        double sum = 0;
        for (int row = 0; row < coded.rows(); row++) {
            sum += coded.error(row, changed, new double[changed.length]);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"5, 9, 1", "60, 1, -1"})
    void importanceByParameters(int channels, int taps, int row) {
        AttentionLayer layer = ToyLayer.of(2, channels, taps, 2, new Grouping.Filter(), true);
        KernelTokens tokens = layer.tokens(1);
        var random = new SplittableRandom(3);
        var module = new AttentionModule(row < 0 ? 0 : 2, random);
        double[] parameters = module.parameters();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += random.nextGaussian(0, 0.2);
        }
        double[] weights = random.doubles(tokens.weights(), -1, 1).toArray();
        double[] gradient = new double[parameters.length];
        module.backward(module.forward(tokens, row), weights, gradient);

        for (int i = 0; i < parameters.length; i++) {
            double before = parameters[i];
            parameters[i] = before + STEP;
            double more = sum(module.forward(tokens, row).importance(), weights);
            parameters[i] = before - STEP;
            double less = sum(module.forward(tokens, row).importance(), weights);
            parameters[i] = before;
            double difference = (more - less) / (2 * STEP);
            assertThat(gradient[i])
                    .as("parameter %d", i)
                    .isCloseTo(difference, within(1e-6 + 1e-5 * Math.abs(difference)));
        }
    }

    private static double sum(double[] importance, double[] weights) {
        double sum = 0;
        for (int j = 0; j < weights.length; j++) {
            sum += weights[j] * importance[j];
        }
        return sum;
    }

    /** The error from B^T C B is that of the dequantized weights, computed the long way. */
    @ParameterizedTest
    @CsvSource({"filter, true", "kernel, false", "block:10, true", "layer, false"})
    void errorIsThatOfTheDequantizedWeights(String group, boolean matched) {
        AttentionLayer layer = ToyLayer.of(3, 4, 9, 2, Grouping.parse(group), matched);
        try (var pool = new Compute(1)) {
            double[] u = new SplittableRandom(4).doubles(3 * 36, 0.5, 2).toArray();
            CodedLayer coded = layer.objective(new int[] {0, 1, 2}).coded(u, pool);
            double sum = 0;
            for (int row = 0; row < coded.rows(); row++) {
                sum += coded.error(row);
            }
            assertThat(sum).isCloseTo(longWay(layer, coded.weight().dequantize(), matched), within(1e-5));
        }
    }

    private static double longWay(AttentionLayer layer, float[] q, boolean matched) {
        double sum = 0;
        for (int f = 0; f < 3; f++) {
            double tt = form(layer, f, layer.target().values(), layer.target().values());
            double tq = form(layer, f, layer.target().values(), q);
            double qq = form(layer, f, q, q);
            // With s q in place of q, s being what makes both outputs' deviations equal.
            double s = matched ? Math.sqrt(tt / qq) : 1;
            sum += (tt - 2 * s * tq + s * s * qq) / tt;
        }
        return sum;
    }

    private static double form(AttentionLayer layer, int filter, float[] x, float[] y) {
        int d = layer.weights().inputs();
        double sum = 0;
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < d; k++) {
                sum += (double) x[filter * d + i] * layer.forms()[0][i * d + k] * y[filter * d + k];
            }
        }
        return sum;
    }

    @Test
    void aDeadFilterHasNoErrorAndNoGradient() {
        double[] gradient = {1, 1};
        assertThat(new OutputError(0, new double[2], new double[4], true).at(new double[] {1, 2}, gradient))
                .isZero();
        assertThat(Math.abs(gradient[0]) + Math.abs(gradient[1])).isZero();
    }
}
