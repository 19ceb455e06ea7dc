package dev.signet.quantize.attention;

import dev.signet.core.heatmap.SymmetricSolver;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The weighted least-squares fit of a group's coefficients to given codes, {@code a(u) = (B^T U B)^-1 B^T U w}, and its derivative
 * by the importances: {@code da / du_j = (B^T U B)^-1 b_j (w_j - b_j^T a)}, b_j being the row of B that belongs to weight j. With
 * an offset the first column of B is 1.
 */
final class CoefficientFit {
    /** As in the solvers: a plane that depends on others is dropped. */
    private static final double SINGULAR = 1e-11;

    private final int bits;
    private final int first;
    private final SymmetricSolver system;
    private final double[] row;
    private @Nullable Fitted fitted;

    private record Fitted(float[] weights, byte[] codes, int start, int length, double[] a) {}

    CoefficientFit(int bits, boolean offset) {
        this.bits = bits;
        this.first = offset ? 1 : 0;
        this.system = new SymmetricSolver(first + bits, SINGULAR);
        this.row = new double[first + bits];
    }

    /**
     * Fits.
     *
     * @param codes for each weight a byte whose bit i is set where plane i is +1
     * @param importance u of each weight
     * @param start the group's first weight in all three arrays
     * @return offset (if any) and coefficients
     */
    double[] fit(float[] weights, byte[] codes, double[] importance, int start, int length) {
        int n = row.length;
        double[] matrix = new double[n * n];
        double[] a = new double[n];
        for (int j = start; j < start + length; j++) {
            setRow(codes[j]);
            for (int i = 0; i < n; i++) {
                double ub = importance[j] * row[i];
                a[i] += ub * weights[j];
                for (int k = 0; k <= i; k++) {
                    matrix[i * n + k] += ub * row[k];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int k = 0; k <= i; k++) {
                system.set(i, k, matrix[i * n + k]);
            }
        }
        system.solve(a);
        fitted = new Fitted(weights, codes, start, length, a);
        return a;
    }

    /**
     * From a loss's derivative by the coefficients to that by the importances, at the last {@link #fit}.
     *
     * @param byCoefficient the derivative by each element of a; overwritten
     * @param byImportance receives the derivative by u of each weight of the group
     */
    void backward(double[] byCoefficient, double[] byImportance) {
        Fitted at = Objects.requireNonNull(fitted, "nothing was fitted");
        system.solve(byCoefficient);
        for (int j = at.start; j < at.start + at.length; j++) {
            setRow(at.codes[j]);
            double residual = at.weights[j];
            double pull = 0;
            for (int i = 0; i < row.length; i++) {
                residual -= row[i] * at.a[i];
                pull += row[i] * byCoefficient[i];
            }
            byImportance[j] = pull * residual;
        }
    }

    /** Makes {@code row} the row of B that belongs to a code. */
    private void setRow(byte code) {
        if (first > 0) {
            row[0] = 1;
        }
        for (int i = 0; i < bits; i++) {
            row[first + i] = (code >>> i & 1) != 0 ? 1 : -1;
        }
    }
}
