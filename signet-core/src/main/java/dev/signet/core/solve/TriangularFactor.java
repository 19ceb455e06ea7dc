package dev.signet.core.solve;

import dev.signet.core.vectorization.SolverKernels;

/**
 * The factor L of {@code H + r I = L D L^T}, unit lower triangular, r being a small ridge that keeps the pivots away from zero.
 *
 * @param size inputs
 * @param values [size x size], row-major; only the part below the diagonal has a meaning
 */
record TriangularFactor(int size, float[] values) {
    /** Relative to the mean of the diagonal. */
    private static final double RIDGE = 1e-3;

    /** Columns that are finished together before the rows below them are updated. */
    private static final int PANEL = 64;

    /**
     * Factorizes, panel after panel of columns.
     *
     * @param loop how independent rows are run
     */
    static TriangularFactor of(GramMatrix gram, SolverKernels kernels, ParallelLoop loop) {
        int n = gram.size();
        double mean = 0;
        for (int j = 0; j < n; j++) {
            mean += gram.values()[j * n + j] / (double) n;
        }
        double ridge = mean > 0 ? RIDGE * mean : 1;
        // Cholesky first: rows of G with G G^T = H + r I, so that only dot products of rows are needed.
        float[] g = gram.values().clone();
        for (int first = 0; first < n; first += PANEL) {
            int last = Math.min(n, first + PANEL);
            int start = first;
            for (int j = first; j < last; j++) {
                finishRow(g, n, first, j, ridge, kernels);
            }
            int blocks = Math.ceilDiv(n - last, PANEL);
            loop.run(blocks, block -> {
                int from = last + block * PANEL;
                for (int i = from; i < Math.min(n, from + PANEL); i++) {
                    for (int j = start; j < last; j++) {
                        double rest = g[i * n + j] - kernels.dot(g, i * n, g, j * n, j);
                        g[i * n + j] = (float) (rest / g[j * n + j]);
                    }
                }
            });
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                g[i * n + j] /= g[j * n + j];
            }
        }
        return new TriangularFactor(n, g);
    }

    private static void finishRow(float[] g, int n, int first, int j, double ridge, SolverKernels kernels) {
        for (int k = first; k < j; k++) {
            double rest = g[j * n + k] - kernels.dot(g, j * n, g, k * n, k);
            g[j * n + k] = (float) (rest / g[k * n + k]);
        }
        double pivot = g[j * n + j] + ridge - kernels.dot(g, j * n, g, j * n, j);
        g[j * n + j] = (float) Math.sqrt(Math.max(pivot, ridge / 2));
    }
}
