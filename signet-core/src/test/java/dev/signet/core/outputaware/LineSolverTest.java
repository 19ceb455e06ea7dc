package dev.signet.core.outputaware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.LineQuantizer;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineSolverTest {
    private static final int FILTERS = 40;

    private static WeightMatrix matrix(Random random, int inputs) {
        float[] values = new float[FILTERS * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.1 * random.nextGaussian());
        }
        // A filter of zeros has no step.
        Arrays.fill(values, 2 * inputs, 3 * inputs, 0);
        return new WeightMatrix(FILTERS, inputs, 1, values);
    }

    /** Inputs that rise and fall together. */
    private static List<GramMatrix> grams(Random random, int count, int inputs) {
        List<GramMatrix> grams = new ArrayList<>();
        for (int g = 0; g < count; g++) {
            double[] h = new double[inputs * inputs];
            for (int sample = 0; sample < 3 * inputs; sample++) {
                double common = 2 * random.nextGaussian();
                double[] x = random.doubles(inputs).map(u -> u - 0.5 + common).toArray();
                for (int i = 0; i < inputs * inputs; i++) {
                    h[i] += x[i / inputs] * x[i % inputs];
                }
            }
            grams.add(GramMatrix.of(inputs, h));
        }
        return grams;
    }

    private static double loss(WeightMatrix matrix, List<GramMatrix> grams, MultiBitWeight weight, int f) {
        int n = matrix.inputs();
        float[] q = weight.dequantize();
        float[] h = grams.get(f / (FILTERS / grams.size())).values();
        double loss = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double left = (double) q[f * n + i] - matrix.values()[f * n + i];
                double right = (double) q[f * n + j] - matrix.values()[f * n + j];
                loss += left * h[i * n + j] * right;
            }
        }
        return loss;
    }

    @ParameterizedTest
    @CsvSource({"8, 9, 40", "8, 36, 1", "7, 27, 2"})
    void codesKnowOfEachOtherAndNoFilterIsWorseThanRounded(int bits, int inputs, int groups) {
        Random random = new Random(bits + inputs);
        WeightMatrix matrix = matrix(random, inputs);
        List<GramMatrix> grams = grams(random, groups, inputs);
        MultiBitWeight rounded = LineQuantizer.quantize(matrix, bits);

        try (var pool = new ForkJoinPool(2)) {
            OutputAwareSolver.Result result = new LineSolver(bits).solve(matrix, grams, pool);

            double all = 0;
            double before = 0;
            for (int f = 0; f < FILTERS; f++) {
                double loss = loss(matrix, grams, result.weight(), f);
                double ofRounded = loss(matrix, grams, rounded, f);
                assertThat(loss).isLessThanOrEqualTo(ofRounded * 1.01 + 1e-9);
                assertThat(result.losses()[f]).isCloseTo(loss, within(0.05 * loss + 1e-9));
                all += loss;
                before += ofRounded;
            }
            assertThat(all).isLessThan(0.3 * before);
            assertThat(result.weight().packedBytes()).isEqualTo(rounded.packedBytes());
        }
    }

    @Test
    void threadsDoNotMatter() {
        Random random = new Random(4);
        WeightMatrix matrix = matrix(random, 30);
        List<GramMatrix> grams = grams(random, 2, 30);
        try (var one = new ForkJoinPool(1);
                var four = new ForkJoinPool(4)) {
            var solver = new LineSolver(8);
            assertThat(solver.solve(matrix, grams, four).weight().codes())
                    .isEqualTo(solver.solve(matrix, grams, one).weight().codes());
        }
    }
}
