package dev.signet.core.heatmap;

import dev.signet.core.Solution;
import dev.signet.core.vector.SolverKernels;
import java.util.Arrays;

/**
 * A group's codes, coefficients and offset while they are worked on, in the group's scaled units and in fp64. The sums over the
 * weights of each code, from which both the loss and the least-squares fit follow, are taken once for each set of codes.
 */
final class Fit {
    final WeightGroup group;
    final double[] coefficients;
    final byte[] codes;
    double offset;
    private final double[] mass;
    private final double[] moment;

    /** A fit whose codes are set later, by {@link #assign} or {@link #takeSums}. */
    Fit(WeightGroup group, double[] coefficients, double offset) {
        this.group = group;
        this.coefficients = coefficients;
        this.offset = offset;
        codes = new byte[group.length()];
        mass = new double[1 << coefficients.length];
        moment = new double[1 << coefficients.length];
    }

    /** Gives each weight the code of its nearest level; the coefficients are in standard form. */
    void assign(SolverKernels kernels) {
        Levels levels = new Levels(coefficients.length);
        levels.set(coefficients, offset);
        kernels.assign(group.weights(), group.length(), levels.thresholds(), levels.codes(), codes);
        takeSums();
    }

    /** Sums up the weights of each code, after codes were written. */
    void takeSums() {
        Arrays.fill(mass, 0);
        Arrays.fill(moment, 0);
        float[] weights = group.weights();
        float[] importance = group.importance();
        for (int j = 0; j < codes.length; j++) {
            int code = codes[j] & 0xff;
            double u = importance[j];
            mass[code] += u;
            moment[code] += u * weights[j];
        }
    }

    /** A fit with the best coefficients for these codes, in standard form, and no codes yet. */
    Fit refitted(boolean withOffset) {
        Fit next = new Fit(group, coefficients.clone(), offset);
        NormalEquations equations = solved(coefficients.length, withOffset);
        System.arraycopy(equations.coefficients(), 0, next.coefficients, 0, coefficients.length);
        next.offset = equations.offset();
        Planes.standardize(next.coefficients);
        return next;
    }

    /** Fits the first {@code planes} coefficients (and the offset) to the codes; no code has a bit of another plane. */
    void refit(int planes, boolean withOffset) {
        NormalEquations equations = solved(planes, withOffset);
        System.arraycopy(equations.coefficients(), 0, coefficients, 0, planes);
        offset = equations.offset();
    }

    private NormalEquations solved(int planes, boolean withOffset) {
        NormalEquations equations = new NormalEquations(planes, withOffset);
        System.arraycopy(mass, 0, equations.mass(), 0, 1 << planes);
        System.arraycopy(moment, 0, equations.moment(), 0, 1 << planes);
        equations.solve();
        return equations;
    }

    /** What is left of each weight; a plane with coefficient 0 counts for nothing. */
    void residual(double[] residual) {
        double[] values = values();
        float[] weights = group.weights();
        for (int j = 0; j < residual.length; j++) {
            residual[j] = weights[j] - values[codes[j] & 0xff];
        }
    }

    /** {@code sum u (w - q)^2}. */
    double loss() {
        double[] values = values();
        double loss = group.energy();
        for (int code = 0; code < values.length; code++) {
            loss += values[code] * (values[code] * mass[code] - 2 * moment[code]);
        }
        return Math.max(0, loss);
    }

    /** The value of each code. */
    private double[] values() {
        double[] values = new double[1 << coefficients.length];
        values[0] = offset;
        for (double a : coefficients) {
            values[0] -= a;
        }
        for (int i = 0; i < coefficients.length; i++) {
            for (int code = 0; code < 1 << i; code++) {
                values[code | 1 << i] = values[code] + 2 * coefficients[i];
            }
        }
        return values;
    }

    /** The solution in the weights' own scale and in standard form. */
    Solution solution() {
        double loss = loss();
        Planes.standardize(coefficients, codes);
        return group.unscaled(coefficients, offset, codes, loss);
    }
}
