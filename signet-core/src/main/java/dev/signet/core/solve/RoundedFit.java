package dev.signet.core.solve;

import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.vectorization.SolverKernels;

/**
 * Carries a solution over to rounded coefficients: rounds, assigns the codes anew to the rounded levels, fits and rounds again,
 * as long as the loss, which is that of the rounded values, falls.
 */
final class RoundedFit {
    private static final int ROUNDS = 8;

    private final SolverKernels kernels;
    private final WeightGroup group;
    private final CoefficientType type;
    private final boolean withOffset;

    RoundedFit(SolverKernels kernels, WeightGroup group, CoefficientType type, boolean withOffset) {
        this.kernels = kernels;
        this.group = group;
        this.type = type;
        this.withOffset = withOffset;
    }

    /** Rounds the coefficients and leaves the codes as they are. */
    Solution keepingCodes(Solution solution) {
        double[] coefficients = solution.coefficients().clone();
        double offset = CoefficientRounding.round(coefficients, solution.offset(), type);
        return scaled(coefficients, offset, solution.codes().clone()).solution();
    }

    /** Rounds the coefficients and finds the best codes for them. */
    Solution assigning(Solution solution) {
        Fit best = roundedAndAssigned(solution);
        double loss = best.loss();
        for (int round = 0; round < ROUNDS; round++) {
            Fit refitted = new Fit(group, best.coefficients.clone(), best.offset, best.codes.clone());
            refitted.refit(best.coefficients.length, withOffset);
            Fit next = roundedAndAssigned(refitted.solution());
            double nextLoss = next.loss();
            if (!(nextLoss < loss)) {
                break;
            }
            best = next;
            loss = nextLoss;
        }
        return best.solution();
    }

    private Fit roundedAndAssigned(Solution solution) {
        double[] coefficients = solution.coefficients().clone();
        double offset = CoefficientRounding.round(coefficients, solution.offset(), type);
        Fit fit = scaled(coefficients, offset, new byte[group.length()]);
        fit.assign(kernels);
        return fit;
    }

    private Fit scaled(double[] coefficients, double offset, byte[] codes) {
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = group.scaled(coefficients[i]);
        }
        return new Fit(group, coefficients, group.scaled(offset), codes);
    }
}
