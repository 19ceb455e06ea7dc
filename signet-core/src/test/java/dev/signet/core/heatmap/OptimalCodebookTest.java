package dev.signet.core.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.Method;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OptimalCodebookTest {
    /** Every way to cut the sorted weights into k runs, tried one by one. */
    @Test
    void equalsAllPartitions() {
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            int n = 1 + random.nextInt(10);
            double[][] points = new double[n][2];
            float[] weights = new float[n];
            float[] importance = new float[n];
            for (int j = 0; j < n; j++) {
                weights[j] = (float) random.nextGaussian();
                importance[j] = random.nextFloat();
                points[j] = new double[] {weights[j], importance[j]};
            }
            Arrays.sort(points, (x, y) -> Double.compare(x[0], y[0]));
            for (int levels = 1; levels <= 4; levels++) {
                assertThat(OptimalCodebook.loss(weights, importance, 0, n, levels))
                        .isCloseTo(leastOfPartitions(points, 0, levels), within(1e-9));
            }
        }
    }

    @Test
    void oneLevelIsTheVariance() {
        float[] weights = {1, 2, 3, 6};
        assertThat(OptimalCodebook.loss(weights, null, 0, 4, 1)).isCloseTo(14, within(1e-12));
        assertThat(OptimalCodebook.loss(weights, null, 0, 4, 4)).isCloseTo(0, within(1e-12));
        assertThat(OptimalCodebook.loss(weights, null, 1, 2, 1)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void twoLevelsEqualOnePlaneWithOffset() {
        Random random = new Random(2);
        float[] weights = new float[500];
        for (int j = 0; j < weights.length; j++) {
            weights[j] = (float) random.nextGaussian();
        }
        double onePlane = new HeatMapSolver(Method.ALTERNATING, 1, true)
                .solve(weights, null, 0, 500)
                .loss();
        assertThat(OptimalCodebook.loss(weights, null, 0, 500, 2)).isCloseTo(onePlane, within(1e-9));
    }

    private static double leastOfPartitions(double[][] points, int from, int levels) {
        if (levels == 1 || from == points.length) {
            return cost(points, from, points.length);
        }
        double least = Double.POSITIVE_INFINITY;
        for (int to = from; to <= points.length; to++) {
            least = Math.min(least, cost(points, from, to) + leastOfPartitions(points, to, levels - 1));
        }
        return least;
    }

    private static double cost(double[][] points, int from, int to) {
        double mass = 0;
        double moment = 0;
        for (int j = from; j < to; j++) {
            mass += points[j][1];
            moment += points[j][1] * points[j][0];
        }
        double cost = 0;
        for (int j = from; j < to; j++) {
            double rest = points[j][0] - moment / mass;
            cost += points[j][1] * rest * rest;
        }
        return cost;
    }
}
