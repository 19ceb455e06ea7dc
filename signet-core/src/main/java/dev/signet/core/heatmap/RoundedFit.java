package dev.signet.core.heatmap;

import dev.signet.core.CoefficientRounding;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.Solution;
import dev.signet.core.vector.SolverKernels;

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
        Fit fit = rounded(solution.coefficients(), solution.offset());
        System.arraycopy(solution.codes(), 0, fit.codes, 0, fit.codes.length);
        fit.takeSums();
        return fit.solution();
    }

    /** Rounds the coefficients and finds the best codes for them. */
    Solution assigning(Solution solution) {
        Fit best = rounded(solution.coefficients(), solution.offset());
        best.assign(kernels);
        double loss = best.loss();
        for (int round = 0; round < ROUNDS; round++) {
            Fit next = refitted(best);
            double nextLoss = next.loss();
            if (!(nextLoss < loss)) {
                break;
            }
            best = next;
            loss = nextLoss;
        }
        return best.solution();
    }

    private Fit refitted(Fit fit) {
        Fit exact = fit.refitted(withOffset);
        Solution unscaled = group.unscaled(exact.coefficients, exact.offset, exact.codes, 0);
        Fit next = rounded(unscaled.coefficients(), unscaled.offset());
        next.assign(kernels);
        return next;
    }

    private Fit rounded(double[] unrounded, double unroundedOffset) {
        double[] coefficients = unrounded.clone();
        double offset = CoefficientRounding.round(coefficients, unroundedOffset, type);
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = group.scaled(coefficients[i]);
        }
        return new Fit(group, coefficients, group.scaled(offset));
    }
}
