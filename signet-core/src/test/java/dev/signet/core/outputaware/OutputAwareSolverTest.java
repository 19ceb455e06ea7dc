package dev.signet.core.outputaware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.heatmap.HeatMapSolver;
import dev.signet.core.heatmap.NaiveQuantization;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.core.vector.Vectorization;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputAwareSolverTest {
    private static final ForkJoinPool POOL = new ForkJoinPool(2);

    @AfterAll
    static void close() {
        POOL.close();
    }

    @ParameterizedTest
    @CsvSource({"1, false, 8", "1, true, 8", "2, false, 6", "2, true, 5"})
    void isNeverBelowTheMinimumOfAllCodesAndOftenReachesIt(int bits, boolean offset, int n) {
        Random random = new Random(bits);
        int reached = 0;
        for (int round = 0; round < 10; round++) {
            WeightMatrix matrix = matrix(random, 1, n);
            GramMatrix gram = gram(random, n, 2 * n);

            MultiBitWeight weight = new OutputAwareSolver(new Grouping.Filter(), bits, offset)
                    .solve(matrix, gram, POOL)
                    .weight();

            double loss = losses(matrix, gram, weight)[0];
            double least = NaiveQuantization.bruteForce(matrix.values(), square(gram), bits, offset);
            assertThat(loss).isGreaterThanOrEqualTo(least - 1e-6);
            if (loss <= least * 1.02 + 1e-6) {
                reached++;
            }
        }
        assertThat(reached).isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "block:16", "kernel", "layer"})
    void beatsTheHeatMapSolutionByFar(String grouping) {
        Random random = new Random(1);
        WeightMatrix matrix = matrix(random, 20, 72);
        GramMatrix gram = gram(random, 72, 100);
        Grouping parsed = Grouping.parse(grouping);
        for (int bits = 1; bits <= 4; bits++) {
            double aware = total(new OutputAwareSolver(parsed, bits, true)
                    .solve(matrix, gram, POOL)
                    .losses());
            double plain = total(losses(
                    matrix, gram, Quantizer.alternating(bits).grouping(parsed).quantize(matrix)));
            assertThat(aware).isLessThan(plain * 0.8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "block:10", "layer"})
    void reportsTheLossOfTheStoredValues(String grouping) {
        Random random = new Random(2);
        WeightMatrix matrix = matrix(random, 18, 36);
        GramMatrix gram = gram(random, 36, 50);
        for (int bits = 1; bits <= 8; bits++) {
            OutputAwareSolver.Result result =
                    new OutputAwareSolver(Grouping.parse(grouping), bits, true).solve(matrix, gram, POOL);
            double[] losses = losses(matrix, gram, result.weight());
            for (int f = 0; f < losses.length; f++) {
                assertThat(result.losses()[f]).isCloseTo(losses[f], within(1e-5 + losses[f] * 1e-3));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "kernel", "layer"})
    void resultIsTheSameWhateverTheThreads(String grouping) {
        Random random = new Random(3);
        WeightMatrix matrix = matrix(random, 40, 90);
        GramMatrix gram = gram(random, 90, 120);
        OutputAwareSolver solver = new OutputAwareSolver(Grouping.parse(grouping), 3, true);
        OutputAwareSolver.Result expected = solver.solve(matrix, gram, POOL);
        for (int threads : new int[] {1, 5}) {
            try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                assertThat(solver.solve(matrix, gram, pool))
                        .usingRecursiveComparison()
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void diagonalMomentsAreAHeatMap() {
        Random random = new Random(4);
        WeightMatrix matrix = matrix(random, 6, 40);
        float[] h = new float[40 * 40];
        float[] importance = new float[40];
        for (int j = 0; j < 40; j++) {
            importance[j] = random.nextFloat() + 0.1f;
            h[j * 40 + j] = importance[j];
        }
        GramMatrix gram = new GramMatrix(40, h);
        double[] losses = new OutputAwareSolver(new Grouping.Filter(), 3, true)
                .solve(matrix, gram, POOL)
                .losses();
        for (int f = 0; f < 6; f++) {
            double unrounded = new HeatMapSolver(Method.ALTERNATING, 3, true)
                    .solve(Arrays.copyOfRange(matrix.values(), f * 40, f * 40 + 40), importance, 0, 40)
                    .loss();
            assertThat(losses[f]).isLessThanOrEqualTo(unrounded * 1.01);
        }
    }

    @Test
    void eachChannelGroupHasItsOwnMoments() {
        Random random = new Random(5);
        WeightMatrix matrix = matrix(random, 6, 18);
        List<GramMatrix> grams = List.of(gram(random, 18, 30), gram(random, 18, 30), gram(random, 18, 30));
        OutputAwareSolver solver = new OutputAwareSolver(new Grouping.Filter(), 2, true);

        double[] losses = solver.solve(matrix, grams, POOL).losses();

        for (int g = 0; g < 3; g++) {
            float[] part = Arrays.copyOfRange(matrix.values(), g * 36, g * 36 + 36);
            double[] alone = solver.solve(new WeightMatrix(2, 18, 9, part), grams.get(g), POOL)
                    .losses();
            assertThat(losses[2 * g]).isEqualTo(alone[0]);
            assertThat(losses[2 * g + 1]).isEqualTo(alone[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void searchNeverRaisesALoss(boolean offset) {
        Random random = new Random(6);
        GramMatrix gram = gram(random, 45, 60);
        WeightMatrix matrix = matrix(random, 5, 45);
        GroupLayout row = new Grouping.Block(15).layout(1, 45, 9);
        FilterBlock block =
                new FilterBlock(Vectorization.kernels(), gram, matrix.values(), row, 3, Unknowns.free(3, offset));
        block.set(start(matrix, row, offset));
        double[] before = block.state().losses();
        for (int step = 0; step < 12; step++) {
            if (step % 3 == 0) {
                block.refit();
            } else {
                block.sweep();
            }
            double[] after = block.state().losses();
            for (int f = 0; f < after.length; f++) {
                assertThat(after[f]).isLessThanOrEqualTo(before[f] * (1 + 1e-4) + 1e-6);
            }
            before = after;
        }
    }

    @Test
    void inputsThatAreAlwaysZeroDoNoHarm() {
        Random random = new Random(7);
        WeightMatrix matrix = matrix(random, 4, 27);
        float[] h = gram(random, 27, 40).values().clone();
        for (int j = 0; j < 9; j++) {
            for (int k = 0; k < 27; k++) {
                h[j * 27 + k] = 0;
                h[k * 27 + j] = 0;
            }
        }
        OutputAwareSolver solver = new OutputAwareSolver(new Grouping.Filter(), 2, true);
        assertThat(solver.solve(matrix, new GramMatrix(27, h), POOL).weight().dequantize())
                .doesNotContain(Float.NaN);
        assertThat(total(solver.solve(matrix, new GramMatrix(27, new float[27 * 27]), POOL)
                        .losses()))
                .isZero();
    }

    @Test
    void refusesWhatDoesNotFit() {
        OutputAwareSolver solver = new OutputAwareSolver(new Grouping.Filter(), 2, true);
        WeightMatrix matrix = matrix(new Random(8), 4, 9);
        GramMatrix gram = gram(new Random(8), 9, 20);
        assertThatThrownBy(() -> solver.solve(matrix, gram(new Random(8), 8, 20), POOL))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> solver.solve(matrix, List.of(gram, gram, gram), POOL))
                .isInstanceOf(IllegalArgumentException.class);
        matrix.values()[7] = Float.NaN;
        assertThatThrownBy(() -> solver.solve(matrix, gram, POOL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight 7");
        assertThatThrownBy(() -> new OutputAwareSolver(new Grouping.Filter(), 9, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static CodeState start(WeightMatrix matrix, GroupLayout row, boolean offset) {
        HeatMapSolver solver = new HeatMapSolver(Method.GREEDY, 3, offset);
        CodeState state = CodeState.empty(matrix.filters(), matrix.inputs(), row.groups() * 4);
        for (int f = 0; f < matrix.filters(); f++) {
            for (int g = 0; g < row.groups(); g++) {
                int from = f * matrix.inputs() + row.start(g);
                state.set(f * row.groups() + g, solver.solve(matrix.values(), null, from, row.length(g)), from);
            }
        }
        return state;
    }

    /** {@code (w - q)^T H (w - q)} of each filter, in fp64. */
    private static double[] losses(WeightMatrix matrix, GramMatrix gram, MultiBitWeight weight) {
        int n = gram.size();
        float[] q = weight.dequantize();
        double[] losses = new double[matrix.filters()];
        for (int f = 0; f < losses.length; f++) {
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    sum += gram.values()[i * n + j] * ((double) matrix.values()[f * n + j] - q[f * n + j]);
                }
                losses[f] += sum * ((double) matrix.values()[f * n + i] - q[f * n + i]);
            }
        }
        return losses;
    }

    private static double total(double[] losses) {
        return Arrays.stream(losses).sum();
    }

    private static double[][] square(GramMatrix gram) {
        double[][] square = new double[gram.size()][gram.size()];
        for (int i = 0; i < square.length; i++) {
            for (int j = 0; j < square.length; j++) {
                square[i][j] = gram.values()[i * gram.size() + j];
            }
        }
        return square;
    }

    private static WeightMatrix matrix(Random random, int filters, int inputs) {
        float[] values = new float[filters * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian(0.02, 0.3);
        }
        return new WeightMatrix(filters, inputs, inputs % 9 == 0 ? 9 : 1, values);
    }

    /** Second moments of inputs that share a positive part, as those after a ReLU do. */
    private static GramMatrix gram(Random random, int n, int samples) {
        double[] sums = new double[n * n];
        for (int s = 0; s < samples; s++) {
            double[] x = new double[n];
            double common = random.nextGaussian();
            for (int j = 0; j < n; j++) {
                x[j] = Math.max(0, random.nextGaussian() + common);
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sums[i * n + j] += x[i] * x[j] / samples;
                }
            }
        }
        return GramMatrix.of(n, sums);
    }
}
