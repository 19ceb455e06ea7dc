package dev.signet.core.heatmap;

import java.util.Arrays;

/**
 * Alternating minimization (Xu et al. 2018, arXiv 1802.00150) on the sums of a group: assign each weight to the nearest level,
 * fit coefficients and offset to the assignment, as long as the loss falls.
 */
final class Alternation {
    private final LevelSums sums;
    private final int bits;
    private final boolean withOffset;
    private final Levels levels;
    private final NormalEquations equations;
    private final double[] aboveMass;
    private final double[] aboveMoment;

    Alternation(LevelSums sums, int bits, boolean withOffset) {
        this.sums = sums;
        this.bits = bits;
        this.withOffset = withOffset;
        levels = new Levels(bits);
        equations = new NormalEquations(bits, withOffset);
        aboveMass = new double[levels.count() - 1];
        aboveMoment = new double[levels.count() - 1];
    }

    /** Coefficients in standard form, an offset, and their loss without its constant part {@code sum u w^2}. */
    record State(double[] coefficients, double offset, double loss) {}

    /**
     * Runs from given coefficients.
     *
     * @param coefficients in standard form
     * @param rounds at most so many steps
     * @param tolerance stop when a step lowers the loss by less than this
     */
    State run(double[] coefficients, double offset, int rounds, double tolerance) {
        State best = new State(coefficients, offset, assign(coefficients, offset));
        for (int round = 0; round < rounds; round++) {
            equations.solve();
            double[] next = Arrays.copyOf(equations.coefficients(), bits);
            double nextOffset = withOffset ? equations.offset() : 0;
            Planes.standardize(next);
            double loss = assign(next, nextOffset);
            if (!(loss < best.loss)) {
                break;
            }
            double gain = best.loss - loss;
            best = new State(next, nextOffset, loss);
            if (gain < tolerance) {
                break;
            }
        }
        return best;
    }

    /** Sums up the weights of each level, leaves the sums in the equations, and returns the loss. */
    private double assign(double[] coefficients, double offset) {
        levels.set(coefficients, offset);
        sums.above(levels.thresholds(), aboveMass, aboveMoment);
        double mass = sums.mass();
        double moment = sums.moment();
        double loss = 0;
        for (int k = 0; k < levels.count(); k++) {
            boolean last = k == aboveMass.length;
            double levelMass = mass - (last ? 0 : aboveMass[k]);
            double levelMoment = moment - (last ? 0 : aboveMoment[k]);
            mass -= levelMass;
            moment -= levelMoment;
            int code = levels.codes()[k] & 0xff;
            equations.mass()[code] = levelMass;
            equations.moment()[code] = levelMoment;
            double value = levels.values()[k];
            loss += value * (value * levelMass - 2 * levelMoment);
        }
        return loss;
    }
}
