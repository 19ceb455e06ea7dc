package dev.signet.core.heatmap;

import dev.signet.core.Solution;
import java.util.Arrays;

/**
 * The objective and its exact minimum, written a second time and as plainly as possible: all codes are tried, and the
 * coefficients of each are fitted by Gaussian elimination with full pivoting.
 */
public final class NaiveQuantization {
    private NaiveQuantization() {}

    /** {@code (w - q)^T H (w - q)} with a diagonal H. */
    static double loss(float[] weights, float[] importance, Solution solution) {
        double loss = 0;
        for (int j = 0; j < weights.length; j++) {
            double rest = weights[j] - solution.value(j);
            loss += importance[j] * rest * rest;
        }
        return loss;
    }

    /** The least loss over all codes: for very few weights and bits only. */
    public static double bruteForce(float[] weights, double[][] h, int bits, boolean offset) {
        int n = weights.length;
        double best = Double.POSITIVE_INFINITY;
        for (long codes = 0; codes < 1L << (n * bits); codes++) {
            best = Math.min(best, fittedLoss(weights, h, signs(codes, n, bits, offset)));
        }
        return best;
    }

    static double[][] diagonal(float[] importance) {
        double[][] h = new double[importance.length][importance.length];
        for (int j = 0; j < h.length; j++) {
            h[j][j] = importance[j];
        }
        return h;
    }

    private static double[][] signs(long codes, int n, int bits, boolean offset) {
        double[][] columns = new double[bits + (offset ? 1 : 0)][n];
        for (int i = 0; i < bits; i++) {
            for (int j = 0; j < n; j++) {
                columns[i][j] = (codes >>> (i * n + j) & 1) != 0 ? 1 : -1;
            }
        }
        if (offset) {
            Arrays.fill(columns[bits], 1);
        }
        return columns;
    }

    private static double fittedLoss(float[] weights, double[][] h, double[][] columns) {
        int k = columns.length;
        double[] w = new double[weights.length];
        for (int j = 0; j < w.length; j++) {
            w[j] = weights[j];
        }
        double[][] system = new double[k][k + 1];
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                system[a][b] = form(h, columns[a], columns[b]);
            }
            system[a][k] = form(h, columns[a], w);
        }
        double[] x = eliminated(system);
        double[] rest = w.clone();
        for (int a = 0; a < k; a++) {
            for (int j = 0; j < rest.length; j++) {
                rest[j] -= x[a] * columns[a][j];
            }
        }
        return form(h, rest, rest);
    }

    private static double form(double[][] h, double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                sum += x[i] * h[i][j] * y[j];
            }
        }
        return sum;
    }

    /** Solves by Gauss-Jordan elimination with full pivoting; unknowns that depend on others are 0. */
    private static double[] eliminated(double[][] system) {
        int k = system.length;
        boolean[] done = new boolean[k];
        double scale = 0;
        for (int a = 0; a < k; a++) {
            scale = Math.max(scale, Math.abs(system[a][a]));
        }
        for (int step = 0; step < k; step++) {
            int pivot = -1;
            for (int a = 0; a < k; a++) {
                if (!done[a] && (pivot < 0 || system[a][a] > system[pivot][pivot])) {
                    pivot = a;
                }
            }
            if (system[pivot][pivot] <= 1e-9 * scale) {
                break;
            }
            done[pivot] = true;
            for (int a = 0; a < k; a++) {
                if (a != pivot) {
                    double factor = system[a][pivot] / system[pivot][pivot];
                    for (int b = 0; b <= k; b++) {
                        system[a][b] -= factor * system[pivot][b];
                    }
                }
            }
        }
        double[] x = new double[k];
        for (int a = 0; a < k; a++) {
            x[a] = done[a] ? system[a][k] / system[a][a] : 0;
        }
        return x;
    }
}
