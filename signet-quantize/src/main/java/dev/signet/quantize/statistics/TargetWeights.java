package dev.signet.quantize.statistics;

import dev.signet.core.WeightMatrix;
import dev.signet.core.compute.Compute;
import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Tile;
import dev.signet.core.vector.Vectorization;
import java.util.Arrays;

/**
 * The weights t that, on the inputs x of the quantized prefix, come nearest to the outputs y of the original network:
 * {@code t (H + r I) = R + r w} with H = E[x x^T] and R = E[y x^T], for each filter. Solved by conjugate gradients from the
 * original weights w, of which a few steps are enough: directions in which the inputs hardly vary stay as they are.
 */
public final class TargetWeights {
    private static final int STEPS = 60;
    private static final double ENOUGH = 1e-5;

    /** Filters that are solved for at the same time, so that H streams from memory once for all of them. */
    private static final int BLOCK = 16;

    private TargetWeights() {}

    /**
     * The target of a layer.
     *
     * @param ridge r relative to the mean of H's diagonal
     * @param compute solves for several blocks of filters at the same time
     */
    public static WeightMatrix of(WeightMatrix weights, LayerStatistics statistics, double ridge, Compute compute) {
        int d = weights.inputs();
        int groups = statistics.gram().length;
        int filters = weights.filters() / groups;
        int blocks = Math.ceilDiv(filters, BLOCK);
        float[] target = weights.values().clone();
        compute.run(groups * blocks, task -> {
            int group = task / blocks;
            int first = task % blocks * BLOCK;
            int count = Math.min(BLOCK, filters - first);
            float[] gram = statistics.gram()[group];
            double trace = 0;
            for (int i = 0; i < d; i++) {
                trace += gram[i * d + i];
            }
            if (trace > 0) {
                float[] right = Arrays.copyOfRange(statistics.correlation()[group], first * d, (first + count) * d);
                new Block(gram, (float) (ridge * trace / d), right, d).solve(target, (group * filters + first) * d);
            }
        });
        return new WeightMatrix(weights.filters(), d, weights.kernelSize(), target);
    }

    /** Conjugate gradients for some filters side by side, each with its own steps. */
    private static final class Block {
        private final SolverKernels kernels = Vectorization.kernels();
        private final float[] gram;
        private final float added;
        private final int d;
        private final int filters;
        private final float[] residual;
        private final float[] direction;
        private final float[] product;
        private final double[] squares;
        private final double[] enough;

        /** A block for right sides {@code right}, which become the residuals. */
        Block(float[] gram, float added, float[] right, int d) {
            this.gram = gram;
            this.added = added;
            this.d = d;
            filters = right.length / d;
            residual = right;
            direction = new float[right.length];
            product = new float[right.length];
            squares = new double[filters];
            enough = new double[filters];
            for (int f = 0; f < filters; f++) {
                enough[f] = ENOUGH * ENOUGH * square(residual, f);
            }
        }

        /** Moves the weights from {@code x[start]} on to the solution. */
        void solve(float[] x, int start) {
            System.arraycopy(x, start, direction, 0, direction.length);
            multiply();
            // The ridge pulls to the weights, where the iteration starts: it cancels in the first residual.
            kernels.addScaled(-1, product, 0, residual, 0, residual.length);
            System.arraycopy(residual, 0, direction, 0, direction.length);
            for (int f = 0; f < filters; f++) {
                squares[f] = square(residual, f);
            }
            for (int step = 0; step < STEPS && !isDone(); step++) {
                multiply();
                kernels.addScaled(added, direction, 0, product, 0, product.length);
                for (int f = 0; f < filters; f++) {
                    if (squares[f] > enough[f]) {
                        step(f, x, start + f * d);
                    }
                }
            }
        }

        private boolean isDone() {
            boolean done = true;
            for (int f = 0; f < filters; f++) {
                done &= !(squares[f] > enough[f]);
            }
            return done;
        }

        private void step(int f, float[] x, int start) {
            double curvature = kernels.dot(direction, f * d, product, f * d, d);
            if (!(curvature > 0)) {
                squares[f] = 0;
                return;
            }
            float length = (float) (squares[f] / curvature);
            kernels.addScaled(length, direction, f * d, x, start, d);
            kernels.addScaled(-length, product, f * d, residual, f * d, d);
            double next = square(residual, f);
            float keep = (float) (next / squares[f]);
            for (int i = f * d; i < (f + 1) * d; i++) {
                direction[i] = residual[i] + keep * direction[i];
            }
            squares[f] = next;
        }

        private double square(float[] vectors, int f) {
            return kernels.dot(vectors, f * d, vectors, f * d, d);
        }

        /** The product of the directions and H. */
        private void multiply() {
            Arrays.fill(product, 0);
            kernels.multiplyAddDeep(
                    new Tile(direction, 0, d), new Tile(gram, 0, d), new Tile(product, 0, d), filters, d, d);
        }
    }
}
