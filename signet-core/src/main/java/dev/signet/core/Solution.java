package dev.signet.core;

/**
 * Sign planes and coefficients of one group, not rounded: {@code q_j = offset + sum_i (+-) coefficients[i]}.
 *
 * @param coefficients one for each plane, falling and never negative
 * @param offset the constant term, 0 where none was asked for
 * @param codes one byte for each weight; bit {@code i} is set where plane {@code i} is +1
 * @param loss {@code sum_j u_j (w_j - q_j)^2}, or {@code (w - q)^T H (w - q)} from the output-aware solver
 */
public record Solution(double[] coefficients, double offset, byte[] codes, double loss) {
    /** The value that stands for weight {@code j}. */
    public double value(int j) {
        double sum = offset;
        for (int i = 0; i < coefficients.length; i++) {
            sum += (codes[j] >>> i & 1) != 0 ? coefficients[i] : -coefficients[i];
        }
        return sum;
    }
}
