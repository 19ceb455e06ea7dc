package dev.signet.core.outputaware;

import dev.signet.core.compute.ParallelLoop;
import dev.signet.core.vector.SolverKernels;
import dev.signet.core.vector.Tile;

/**
 * The factor L of {@code H + r I = L D L^T}, unit lower triangular, r being a small ridge that keeps the pivots away from zero.
 * A right-looking Cholesky factorization in panels of columns; the update of what lies right of a panel is a matrix product.
 *
 * @param size inputs
 * @param values [size x size], row-major; only the part below the diagonal has a meaning
 */
record TriangularFactor(int size, float[] values) {
    /** Relative to the mean of the diagonal. */
    private static final double RIDGE = 1e-3;

    private static final int PANEL = 64;

    /** Factorizes; {@code loop} runs blocks of rows. */
    static TriangularFactor of(GramMatrix gram, SolverKernels kernels, ParallelLoop loop) {
        int n = gram.size();
        double mean = 0;
        for (int j = 0; j < n; j++) {
            mean += gram.values()[j * n + j] / (double) n;
        }
        float ridge = mean > 0 ? (float) (RIDGE * mean) : 1;
        float[] g = gram.values().clone();
        for (int j = 0; j < n; j++) {
            g[j * n + j] += ridge;
        }
        // The panel below its diagonal block, transposed and negated: a factor of the update.
        float[] panel = new float[PANEL * n];
        for (int first = 0; first < n; first += PANEL) {
            int start = first;
            int width = Math.min(PANEL, n - first);
            int last = first + width;
            factorizeBlock(g, n, first, last, ridge);
            int blocks = Math.ceilDiv(n - last, PANEL);
            loop.run(blocks, block -> {
                int from = last + block * PANEL;
                solvePanel(g, n, start, last, from, Math.min(n, from + PANEL), panel, kernels);
            });
            loop.run(blocks, block -> {
                int from = last + block * PANEL;
                int to = Math.min(n, from + PANEL);
                kernels.multiplyAdd(
                        new Tile(g, from * n + start, n),
                        new Tile(panel, last, n),
                        new Tile(g, from * n + last, n),
                        to - from,
                        width,
                        to - last);
            });
        }
        return new TriangularFactor(n, unit(g, n));
    }

    /** Cholesky of one diagonal block; what is left of a singular matrix after rounding gets the ridge as its pivot. */
    private static void factorizeBlock(float[] g, int n, int first, int last, float ridge) {
        for (int j = first; j < last; j++) {
            for (int k = first; k <= j; k++) {
                double rest = g[j * n + k];
                for (int p = first; p < k; p++) {
                    rest -= (double) g[j * n + p] * g[k * n + p];
                }
                g[j * n + k] = (float) (k < j ? rest / g[k * n + k] : Math.sqrt(Math.max(rest, ridge / 2)));
            }
        }
    }

    /** Finishes the panel's columns in the rows {@code from..to - 1}, by forward substitution on the transposed panel. */
    private static void solvePanel(
            float[] g, int n, int first, int last, int from, int to, float[] panel, SolverKernels kernels) {
        for (int p = 0; p < last - first; p++) {
            for (int i = from; i < to; i++) {
                panel[p * n + i] = -g[i * n + first + p];
            }
            for (int q = 0; q < p; q++) {
                float factor = -g[(first + p) * n + first + q];
                kernels.addScaled(factor, panel, q * n + from, panel, p * n + from, to - from);
            }
            float inverse = 1 / g[(first + p) * n + first + p];
            for (int i = from; i < to; i++) {
                panel[p * n + i] *= inverse;
                g[i * n + first + p] = -panel[p * n + i];
            }
        }
    }

    /** From G with {@code G G^T} to the unit factor: each column divided by its diagonal element. */
    private static float[] unit(float[] g, int n) {
        float[] inverse = new float[n];
        for (int j = 0; j < n; j++) {
            inverse[j] = 1 / g[j * n + j];
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                g[i * n + j] *= inverse[j];
            }
        }
        return g;
    }
}
