package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.core.GroupLayout;
import dev.signet.core.Grouping;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.outputaware.GramMatrix;
import dev.signet.core.outputaware.OutputAwareSolver;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvenSolverTest {
    private static final int ROWS = 6;
    private static final int INPUTS = 20;

    private static float[] values(long seed, float shift) {
        Random random = new Random(seed);
        float[] values = new float[ROWS * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() + shift;
        }
        return values;
    }

    private static float[] ones() {
        float[] ones = new float[ROWS * INPUTS];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double error(float[] weights, float[] values) {
        double error = 0;
        for (int i = 0; i < weights.length; i++) {
            error += (weights[i] - values[i]) * (double) (weights[i] - values[i]);
        }
        return error;
    }

    /** Coefficients are halved from plane to plane, and with more than one bit a level is 0. */
    private static void assertEven(MultiBitWeight weight) {
        int bits = weight.bits();
        for (int g = 0; g < weight.layout().groups(); g++) {
            float smallest = weight.coefficients()[g * bits + bits - 1];
            for (int i = 0; i < bits; i++) {
                assertThat(weight.coefficients()[g * bits + i]).isEqualTo(smallest * (1 << (bits - 1 - i)));
            }
            double steps = smallest == 0 ? 1 : weight.offsets()[g] / smallest;
            if (bits > 1) {
                assertThat(steps).isEqualTo(Math.rint(steps)).isBetween(-(1 << bits) + 1.0, (1 << bits) - 1.0);
                assertThat(Math.abs(steps) % 2).isEqualTo(1);
            } else {
                assertThat(weight.offsets()[g]).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,0", "2,0", "3,0.5", "4,0", "5,3", "8,-4", "8,0", "2,9"})
    void bothSolversFindEvenLevelsAndMoreBitsHelp(int bits, float shift) {
        float[] values = values(bits, shift);
        GroupLayout layout = new GroupLayout(ROWS, INPUTS, 1, INPUTS);
        MultiBitWeight plain = new EvenSolver(bits, true).solve(layout, values, ones());
        assertEven(plain);
        float[] identity = new float[INPUTS * INPUTS];
        for (int i = 0; i < INPUTS; i++) {
            identity[i * INPUTS + i] = 1;
        }
        MultiBitWeight aware = new OutputAwareSolver(new Grouping.Filter(), bits, true, true)
                .solve(
                        new WeightMatrix(ROWS, INPUTS, 1, values),
                        new GramMatrix(INPUTS, identity),
                        ForkJoinPool.commonPool())
                .weight();
        assertEven(aware);
        assertThat(error(aware.dequantize(), values)).isLessThanOrEqualTo(error(plain.dequantize(), values) * 1.05);
        if (bits < 8) {
            MultiBitWeight more = new EvenSolver(bits + 1, true).solve(layout, values, ones());
            assertThat(error(more.dequantize(), values)).isLessThan(error(plain.dequantize(), values));
        }
    }

    /** The least error of all lines whose step and start are on a fine grid: nothing is far below what was found. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void isNearTheBestLine(int bits) {
        float[] values = values(7, 0);
        float[] first = Arrays.copyOf(values, INPUTS);
        double found = error(
                new EvenSolver(bits, true)
                        .solve(new GroupLayout(1, INPUTS, 1, INPUTS), first, ones())
                        .dequantize(),
                first);
        double best = Double.MAX_VALUE;
        int steps = (1 << bits) - 1;
        for (double half = 0.01; half < 2; half += 0.005) {
            for (int zero = 0; zero <= steps; zero++) {
                double z = bits == 1 ? 0 : half * (steps - 2 * zero);
                double error = 0;
                for (float w : first) {
                    double k = Math.clamp(Math.rint(((w - z) / half + steps) / 2), 0, steps);
                    error += Math.pow(w - (z + half * (2 * k - steps)), 2);
                }
                best = Math.min(best, error);
            }
        }
        assertThat(found).isLessThan(best * 1.25);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void constantAndZeroGroupsAreFine(int bits) {
        for (float value : new float[] {0, 0.5f, -3, 1e-30f, 1e30f}) {
            float[] values = new float[INPUTS];
            Arrays.fill(values, value);
            MultiBitWeight weight =
                    new EvenSolver(bits, true).solve(new GroupLayout(1, INPUTS, 1, INPUTS), values, ones());
            for (float w : weight.dequantize()) {
                assertThat(w).isCloseTo(value, Percentage.withPercentage(0.01));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void scaledLevelsStayOnTheirLines(int bits) {
        MultiBitWeight weight =
                new EvenSolver(bits, true).solve(new GroupLayout(ROWS, INPUTS, 1, INPUTS), values(3, 0), ones());
        double[] factors = {1.01, 0.37, 1.9, 1, 2.5, 0.99};
        MultiBitWeight scaled = weight.scaleRows(factors);
        assertEven(scaled);
        float[] before = weight.dequantize();
        float[] after = scaled.dequantize();
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo((float) (before[i] * factors[i / INPUTS]), Offset.offset(1e-3f));
        }
    }
}
