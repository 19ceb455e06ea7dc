package dev.signet.core.solve;

import dev.signet.core.vectorization.SolverKernels;

/**
 * The best solution that alternating minimization reaches from several starts: a few steps from each, then the best ones to
 * convergence, then codes for every weight and an fp64 fit. One and two planes without an offset, and one with, are solved
 * exactly instead.
 */
final class AlternatingSolver {
    /** From so many planes on sorting once is cheaper than comparing each weight with all thresholds in every step. */
    private static final int SORT_FROM_BITS = 5;

    private static final int SCREENING_ROUNDS = 6;
    private static final int FINAL_ROUNDS = 200;

    private final SolverKernels kernels;
    private final int bits;
    private final boolean withOffset;

    AlternatingSolver(SolverKernels kernels, int bits, boolean withOffset) {
        this.kernels = kernels;
        this.bits = bits;
        this.withOffset = withOffset;
    }

    Solution solve(WeightGroup group) {
        if (bits == 1) {
            ExactSolver exact = new ExactSolver(new SortedGroup(group));
            if (!withOffset) {
                return assigned(group, exact.onePlane(), 0).solution();
            }
            double[] plane = exact.onePlaneWithOffset();
            return assigned(group, new double[] {plane[0]}, plane[1]).solution();
        }
        if (bits == 2 && !withOffset) {
            double[] planes = new ExactSolver(new SortedGroup(group)).twoPlanes(0);
            return assigned(group, planes, 0).solution();
        }
        return polished(assigned(group, iterated(group)));
    }

    private Alternation.State iterated(WeightGroup group) {
        Starts starts = new Starts(group, bits, withOffset);
        LevelSums sums;
        if (bits == 2) {
            SortedGroup sorted = new SortedGroup(group);
            starts.aroundOffsets(new ExactSolver(sorted));
            sums = new LevelSums.Sorted(sorted);
        } else if (bits < SORT_FROM_BITS) {
            sums = LevelSums.Scanned.of(kernels, group);
        } else {
            sums = new LevelSums.Sorted(new SortedGroup(group));
        }
        starts.general();
        Alternation alternation = new Alternation(sums, bits, withOffset);
        Alternation.State best = null;
        for (Starts.Start start : starts.all()) {
            Alternation.State state =
                    alternation.run(start.coefficients(), start.offset(), SCREENING_ROUNDS, starts.energy() * 1e-5);
            if (best == null || state.loss() < best.loss()) {
                best = state;
            }
        }
        if (best == null) {
            throw new IllegalStateException("no start");
        }
        return alternation.run(best.coefficients(), best.offset(), FINAL_ROUNDS, starts.energy() * 1e-8);
    }

    private Fit assigned(WeightGroup group, Alternation.State state) {
        return assigned(group, state.coefficients(), state.offset());
    }

    /** Codes for every weight: the nearest level. */
    private Fit assigned(WeightGroup group, double[] coefficients, double offset) {
        Fit fit = new Fit(group, coefficients.clone(), offset, new byte[group.length()]);
        fit.assign(kernels);
        return fit;
    }

    /** Fits and assigns in fp64 as long as the loss falls: the sums of the iteration were rounded to fp32. */
    private Solution polished(Fit fit) {
        Fit best = fit;
        double loss = best.loss();
        for (int round = 0; round < FINAL_ROUNDS; round++) {
            Fit next = new Fit(best.group, best.coefficients.clone(), best.offset, best.codes.clone());
            next.refit(bits, withOffset);
            Planes.standardize(next.coefficients, next.codes);
            next = assigned(next.group, next.coefficients, next.offset);
            double nextLoss = next.loss();
            if (!(nextLoss < loss * (1 - 1e-12))) {
                break;
            }
            best = next;
            loss = nextLoss;
        }
        return best.solution();
    }
}
