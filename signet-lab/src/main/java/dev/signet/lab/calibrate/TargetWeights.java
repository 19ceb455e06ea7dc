package dev.signet.lab.calibrate;

import dev.signet.core.WeightMatrix;
import java.util.stream.IntStream;

/**
 * The weights t that, on the inputs x of the quantized prefix, come nearest to the outputs y of the original network:
 * {@code t (H + r I) = R + r w} with H = E[x x^T] and R = E[y x^T], for each filter. Solved by conjugate gradients from the
 * original weights w, of which a few steps are enough: directions in which the inputs hardly vary stay as they are.
 */
public final class TargetWeights {
    private static final int STEPS = 24;
    private static final double ENOUGH = 1e-3;

    private TargetWeights() {}

    /**
     * The target of a layer.
     *
     * @param ridge r relative to the mean of H's diagonal
     */
    public static WeightMatrix of(WeightMatrix weights, LayerStatistics statistics, double ridge) {
        int d = weights.inputs();
        int groups = statistics.gram().length;
        int filters = weights.filters() / groups;
        float[] target = weights.values().clone();
        for (int g = 0; g < groups; g++) {
            float[] gram = statistics.gram()[g];
            double trace = 0;
            for (int i = 0; i < d; i++) {
                trace += gram[i * d + i];
            }
            double added = ridge * trace / d;
            float[] correlation = statistics.correlation()[g];
            int first = g * filters;
            if (trace > 0) {
                IntStream.range(0, filters)
                        .parallel()
                        .forEach(f -> solve(gram, added, correlation, f * d, target, (first + f) * d, d));
            }
        }
        return new WeightMatrix(weights.filters(), d, weights.kernelSize(), target);
    }

    /** Conjugate gradients for one filter; {@code x} starts at the weights. */
    private static void solve(float[] gram, double added, float[] right, int rightStart, float[] x, int start, int d) {
        double[] residual = new double[d];
        double[] direction = new double[d];
        double[] product = new double[d];
        for (int i = 0; i < d; i++) {
            direction[i] = x[start + i];
        }
        // The ridge pulls to the weights, where the iteration starts: it cancels in the first residual.
        multiply(gram, 0, direction, product);
        double squares = 0;
        double scale = 0;
        for (int i = 0; i < d; i++) {
            residual[i] = right[rightStart + i] - product[i];
            direction[i] = residual[i];
            squares += residual[i] * residual[i];
            scale += (double) right[rightStart + i] * right[rightStart + i];
        }
        double[] solution = new double[d];
        for (int step = 0; step < STEPS && squares > ENOUGH * ENOUGH * scale; step++) {
            multiply(gram, added, direction, product);
            double curvature = 0;
            for (int i = 0; i < d; i++) {
                curvature += direction[i] * product[i];
            }
            if (!(curvature > 0)) {
                break;
            }
            double length = squares / curvature;
            double next = 0;
            for (int i = 0; i < d; i++) {
                solution[i] += length * direction[i];
                residual[i] -= length * product[i];
                next += residual[i] * residual[i];
            }
            double keep = next / squares;
            for (int i = 0; i < d; i++) {
                direction[i] = residual[i] + keep * direction[i];
            }
            squares = next;
        }
        for (int i = 0; i < d; i++) {
            x[start + i] += (float) solution[i];
        }
    }

    private static void multiply(float[] gram, double added, double[] vector, double[] product) {
        int d = vector.length;
        for (int i = 0; i < d; i++) {
            double a = 0;
            double b = 0;
            int row = i * d;
            int j = 0;
            for (; j + 1 < d; j += 2) {
                a += gram[row + j] * vector[j];
                b += gram[row + j + 1] * vector[j + 1];
            }
            if (j < d) {
                a += gram[row + j] * vector[j];
            }
            product[i] = a + b + added * vector[i];
        }
    }
}
