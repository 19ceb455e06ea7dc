package dev.signet.core.outputaware;

import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.Solution;
import java.util.Arrays;

/**
 * Codes, coefficients and offsets of some filters: what the output-aware solver improves, and keeps the best of.
 *
 * @param codes one for each weight, [filters x inputs]
 * @param coefficients for each group of each filter b coefficients and then the offset (0 where none was asked for)
 * @param losses one for each filter
 */
record CodeState(byte[] codes, double[] coefficients, double[] losses) {
    /** A state to be filled by {@link #set}. */
    static CodeState empty(int filters, int inputs, int coefficientsPerFilter) {
        return new CodeState(
                new byte[filters * inputs], new double[filters * coefficientsPerFilter], new double[filters]);
    }

    /**
     * Sets one group.
     *
     * @param index the group's number among those of all filters
     * @param start where the group's codes start
     */
    void set(int index, Solution solution, int start) {
        int bits = solution.coefficients().length;
        System.arraycopy(solution.coefficients(), 0, coefficients, index * (bits + 1), bits);
        coefficients[index * (bits + 1) + bits] = solution.offset();
        System.arraycopy(solution.codes(), 0, codes, start, solution.codes().length);
    }

    /** One group with given codes. */
    Solution solution(int index, int bits, byte[] ofGroup) {
        int first = index * (bits + 1);
        return new Solution(
                Arrays.copyOfRange(coefficients, first, first + bits), coefficients[first + bits], ofGroup, 0);
    }

    /** The same codes and offsets with larger or smaller coefficients; the losses are those before. */
    CodeState scaled(int bits, double factor) {
        double[] scaled = coefficients.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= i % (bits + 1) == bits ? 1 : factor;
        }
        return new CodeState(codes, scaled, losses);
    }

    /** The same codes with rounded coefficients; the losses are those before. */
    CodeState rounded(int bits, Unknowns unknowns, CoefficientType type) {
        double[] rounded = new double[coefficients.length];
        for (int first = 0; first < rounded.length; first += bits + 1) {
            double[] group = Arrays.copyOfRange(coefficients, first, first + bits);
            rounded[first + bits] = unknowns.round(group, coefficients[first + bits], type);
            System.arraycopy(group, 0, rounded, first, bits);
        }
        return new CodeState(codes, rounded, losses);
    }

    double totalLoss() {
        return Arrays.stream(losses).sum();
    }

    /** Takes over each filter of {@code other} whose loss is lower. */
    void takeBetter(CodeState other) {
        int inputs = codes.length / losses.length;
        int perFilter = coefficients.length / losses.length;
        for (int f = 0; f < losses.length; f++) {
            if (other.losses[f] < losses[f]) {
                losses[f] = other.losses[f];
                System.arraycopy(other.codes, f * inputs, codes, f * inputs, inputs);
                System.arraycopy(other.coefficients, f * perFilter, coefficients, f * perFilter, perFilter);
            }
        }
    }
}
