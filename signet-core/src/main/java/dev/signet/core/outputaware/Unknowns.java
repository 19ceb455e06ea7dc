package dev.signet.core.outputaware;

import dev.signet.core.CoefficientRounding;
import dev.signet.core.EvenLevels;
import dev.signet.core.MultiBitWeight.CoefficientType;
import java.util.Arrays;

/**
 * What can be chosen freely about a group's levels: each value of a group (offset, if there is one, then coefficients) is a multiple
 * of one unknown.
 */
final class Unknowns {
    private final int bits;
    private final boolean even;
    private final int count;
    private final int[] indices;
    private final double[] factors;

    private Unknowns(int bits, boolean even, int[] indices, double[] factors) {
        this.bits = bits;
        this.even = even;
        this.indices = indices;
        this.factors = factors;
        count = Arrays.stream(indices).max().orElse(0) + 1;
    }

    /** Every value is an unknown of its own. */
    static Unknowns free(int bits, boolean withOffset) {
        int values = bits + (withOffset ? 1 : 0);
        double[] ones = new double[values];
        Arrays.fill(ones, 1);
        int[] indices = new int[values];
        Arrays.setAll(indices, i -> i);
        return new Unknowns(bits, false, indices, ones);
    }

    /**
     * Levels on a line: the unknowns are where it starts, and its step. Without an offset the middle of the line is next to 0, as
     * it is for signed whole numbers; with one bit it is 0.
     */
    static Unknowns even(int bits, boolean withOffset) {
        int[] indices = new int[bits + 1];
        double[] factors = new double[bits + 1];
        boolean own = withOffset && bits > 1;
        factors[0] = own ? 1 : bits > 1 ? -1 : 0;
        for (int i = 0; i < bits; i++) {
            indices[i + 1] = own ? 1 : 0;
            factors[i + 1] = EvenLevels.factor(i, bits);
        }
        return new Unknowns(bits, true, indices, factors);
    }

    /**
     * The step alone: the offset stays the multiple of it that it is, which is what has been rounded already.
     *
     * @param even unknowns of levels on a line
     */
    static Unknowns step(Unknowns even) {
        double[] factors = even.factors.clone();
        factors[0] = Double.NaN;
        return new Unknowns(even.bits, true, new int[factors.length], factors);
    }

    /** How many there are. */
    int count() {
        return count;
    }

    boolean areEven() {
        return even;
    }

    /** Values of a group: coefficients, and the offset before them. */
    int values() {
        return indices.length;
    }

    boolean haveOffset() {
        return indices.length > bits;
    }

    /** The unknown of a value. */
    int index(int value) {
        return indices[value];
    }

    /**
     * What its unknown is multiplied by.
     *
     * @param smallest the group's smallest coefficient, and the offset, at present
     */
    double factor(int value, double smallest, double offset) {
        if (Double.isNaN(factors[value])) {
            return smallest == 0 ? 0 : offset / smallest;
        }
        return factors[value];
    }

    /** Rounds coefficients in place, and returns the rounded offset. */
    double round(double[] coefficients, double offset, CoefficientType type) {
        return even ? EvenLevels.round(coefficients, offset) : CoefficientRounding.round(coefficients, offset, type);
    }
}
