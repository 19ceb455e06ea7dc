package dev.signet.core.heatmap;

/**
 * Solves small symmetric positive semidefinite systems by L D L^T. An unknown whose pivot vanishes depends on those before it:
 * it is dropped, that is, set to 0, and the others solve what remains.
 */
public final class SymmetricSolver {
    private final int order;
    private final double singular;
    private final double[] matrix;
    private final double[] factor;
    private final double[] pivots;
    private final double[] inverses;

    /**
     * @param order unknowns
     * @param singular a pivot of at most this times its diagonal element counts as zero
     */
    public SymmetricSolver(int order, double singular) {
        this.order = order;
        this.singular = singular;
        matrix = new double[order * order];
        factor = new double[order * order];
        pivots = new double[order];
        inverses = new double[order];
    }

    /** Sets an element of the lower triangle, {@code column <= row}; {@link #solve} leaves it as it is. */
    public void set(int row, int column, double value) {
        matrix[row * order + column] = value;
    }

    /** Adds to an element of the lower triangle, {@code column <= row}. */
    public void add(int row, int column, double value) {
        matrix[row * order + column] += value;
    }

    /** Replaces the right-hand side by the solution. */
    public void solve(double[] x) {
        factorize();
        for (int i = 0; i < order; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= factor[i * order + k] * x[k];
            }
        }
        for (int i = 0; i < order; i++) {
            x[i] *= inverses[i];
        }
        for (int i = order - 1; i >= 0; i--) {
            for (int k = i + 1; k < order && inverses[i] != 0; k++) {
                x[i] -= factor[k * order + i] * x[k];
            }
        }
    }

    private void factorize() {
        for (int j = 0; j < order; j++) {
            double diagonal = matrix[j * order + j];
            double pivot = diagonal;
            for (int k = 0; k < j; k++) {
                pivot -= factor[j * order + k] * factor[j * order + k] * pivots[k];
            }
            boolean independent = pivot > singular * diagonal;
            pivots[j] = independent ? pivot : 0;
            inverses[j] = independent ? 1 / pivot : 0;
            for (int i = j + 1; i < order; i++) {
                double sum = matrix[i * order + j];
                for (int k = 0; k < j; k++) {
                    sum -= factor[i * order + k] * factor[j * order + k] * pivots[k];
                }
                factor[i * order + j] = sum * inverses[j];
            }
        }
    }
}
