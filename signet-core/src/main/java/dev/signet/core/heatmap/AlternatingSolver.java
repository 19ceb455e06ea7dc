package dev.signet.core.heatmap;

import dev.signet.core.Solution;
import dev.signet.core.vector.SolverKernels;
import java.util.Comparator;
import java.util.List;

/**
 * The best solution that alternating minimization reaches from several starts: a few steps from each on a sample of the weights,
 * the best ones to convergence on all weights, then a code for every weight and an fp64 fit. One plane, and two planes without an
 * offset, are solved exactly instead.
 */
final class AlternatingSolver {
    /** From so many planes on sorting once is cheaper than comparing each weight with all thresholds in every step. */
    private static final int SORT_FROM_BITS = 5;

    /** A sample of this size ranks the starts as the whole group does, but for near ties. */
    private static final int SAMPLE = 512;

    private static final int FINALISTS = 2;
    private static final int SCREENING_ROUNDS = 4;
    private static final int FINAL_ROUNDS = 200;
    private static final int POLISHING_ROUNDS = 50;

    /** Relative to the loss. */
    private static final double POLISHING_TOLERANCE = 1e-6;

    /** Relative to the energy {@code sum u w^2}: a step that gains less ends the screening of a start. */
    private static final double SCREENING_TOLERANCE = 1e-5;

    /** Just above the rounding noise of fp32 sums. */
    private static final double FINAL_TOLERANCE = 1e-8;

    private final SolverKernels kernels;
    private final int bits;
    private final boolean withOffset;

    AlternatingSolver(SolverKernels kernels, int bits, boolean withOffset) {
        this.kernels = kernels;
        this.bits = bits;
        this.withOffset = withOffset;
    }

    Solution solve(WeightGroup group) {
        if (bits == 1 && withOffset) {
            double[] plane = new ExactSolver(new SortedGroup(group)).onePlaneWithOffset();
            return assigned(group, new double[] {plane[0]}, plane[1]).solution();
        }
        if (bits == 1) {
            return assigned(group, ExactSolver.onePlane(group), 0).solution();
        }
        if (bits == 2 && !withOffset) {
            double[] planes = new ExactSolver(new SortedGroup(group)).twoPlanes();
            return assigned(group, planes, 0).solution();
        }
        Alternation.State best = converged(group, screened(group));
        return polished(assigned(group, best.coefficients(), best.offset()));
    }

    /** Where the starts lead in a few steps, the best first. */
    private List<Alternation.State> screened(WeightGroup group) {
        WeightGroup sample = group.sample(SAMPLE);
        Alternation alternation = new Alternation(sums(sample), bits, withOffset);
        double tolerance = SCREENING_TOLERANCE * sample.energy();
        return Starts.of(sample, bits, withOffset).stream()
                .map(start -> alternation.run(start.coefficients(), start.offset(), SCREENING_ROUNDS, tolerance))
                .sorted(Comparator.comparingDouble(Alternation.State::loss))
                .toList();
    }

    private Alternation.State converged(WeightGroup group, List<Alternation.State> screened) {
        Alternation alternation = new Alternation(sums(group), bits, withOffset);
        double tolerance = FINAL_TOLERANCE * group.energy();
        return screened.stream()
                .limit(FINALISTS)
                .map(state -> alternation.run(state.coefficients(), state.offset(), FINAL_ROUNDS, tolerance))
                .min(Comparator.comparingDouble(Alternation.State::loss))
                .orElseThrow();
    }

    private LevelSums sums(WeightGroup group) {
        return bits < SORT_FROM_BITS
                ? LevelSums.Scanned.of(kernels, group)
                : new LevelSums.Sorted(new SortedGroup(group));
    }

    /** Codes for every weight: the nearest level. */
    private Fit assigned(WeightGroup group, double[] coefficients, double offset) {
        Fit fit = new Fit(group, coefficients.clone(), offset);
        fit.assign(kernels);
        return fit;
    }

    /** Fits and assigns in fp64 as long as the loss falls: the sums of the iteration were rounded to fp32. */
    private Solution polished(Fit fit) {
        Fit best = fit;
        double loss = best.loss();
        for (int round = 0; round < POLISHING_ROUNDS; round++) {
            Fit next = best.refitted(withOffset);
            next.assign(kernels);
            double nextLoss = next.loss();
            if (!(nextLoss < loss)) {
                break;
            }
            boolean converged = nextLoss > loss * (1 - POLISHING_TOLERANCE);
            best = next;
            loss = nextLoss;
            if (converged) {
                break;
            }
        }
        return best.solution();
    }
}
