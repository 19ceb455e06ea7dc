package dev.signet.core.solve;

import dev.signet.core.vectorization.SolverKernels;

/** A group's codes, coefficients and offset while they are worked on, in the group's scaled units and in fp64. */
final class Fit {
    final WeightGroup group;
    final double[] coefficients;
    final byte[] codes;
    double offset;

    Fit(WeightGroup group, double[] coefficients, double offset, byte[] codes) {
        this.group = group;
        this.coefficients = coefficients;
        this.offset = offset;
        this.codes = codes;
    }

    /** Gives each weight the code of its nearest level; the coefficients are in standard form. */
    void assign(SolverKernels kernels) {
        Levels levels = new Levels(coefficients.length);
        levels.set(coefficients, offset);
        kernels.assign(group.weights(), group.length(), levels.thresholds(), levels.codes(), codes);
    }

    /** Fits the first {@code planes} coefficients (and the offset) to the codes; the other planes must not be set yet. */
    void refit(int planes, boolean withOffset) {
        NormalEquations equations = new NormalEquations(planes, withOffset);
        double[] mass = equations.mass();
        double[] moment = equations.moment();
        float[] weights = group.weights();
        float[] importance = group.importance();
        for (int j = 0; j < codes.length; j++) {
            double u = importance[j];
            mass[codes[j] & 0xff] += u;
            moment[codes[j] & 0xff] += u * weights[j];
        }
        equations.solve();
        System.arraycopy(equations.coefficients(), 0, coefficients, 0, planes);
        offset = equations.offset();
    }

    /** The value of each code. */
    double[] values() {
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
        float[] weights = group.weights();
        float[] importance = group.importance();
        double loss = 0;
        for (int j = 0; j < codes.length; j++) {
            double rest = weights[j] - values[codes[j] & 0xff];
            loss += importance[j] * rest * rest;
        }
        return loss;
    }

    /** The solution in the weights' own scale and in standard form. */
    Solution solution() {
        Planes.standardize(coefficients, codes);
        return group.unscaled(coefficients, offset, codes, loss());
    }
}
