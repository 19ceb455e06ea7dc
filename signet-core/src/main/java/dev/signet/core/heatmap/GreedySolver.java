package dev.signet.core.heatmap;

/**
 * Plane after plane: {@code B_i = sign(r)}, {@code a_i = sum u|r| / sum u}, where r is what the planes before leave of w (Guo et
 * al. 2017, "Network Sketching"). Refined: all coefficients are refitted by least squares after each plane. sign(0) is +1.
 *
 * <p>With an offset, z starts as the weighted mean, the planes code w - z, and at the end (when refined: after each plane) z is
 * fitted together with the coefficients; greedy keeps its coefficients and sets z to the weighted mean of what they leave.
 */
final class GreedySolver {
    private final boolean refined;
    private final int bits;
    private final boolean withOffset;

    GreedySolver(int bits, boolean withOffset, boolean refined) {
        this.bits = bits;
        this.withOffset = withOffset;
        this.refined = refined;
    }

    /** Solves in the group's scaled units; planes are in the order found, coefficients of any sign. */
    Fit solve(WeightGroup group) {
        int n = group.length();
        Fit fit = new Fit(group, new double[bits], 0);
        if (withOffset) {
            fit.offset = meanResidual(group, fit);
        }
        double[] residual = new double[n];
        for (int i = 0; i < bits; i++) {
            fit.residual(residual);
            fit.coefficients[i] = addPlane(group, residual, fit.codes, i);
            fit.takeSums();
            if (refined) {
                fit.refit(i + 1, withOffset);
            }
        }
        if (withOffset && !refined) {
            fit.offset = 0;
            fit.offset = meanResidual(group, fit);
        }
        return fit;
    }

    private static double meanResidual(WeightGroup group, Fit fit) {
        double[] residual = new double[group.length()];
        fit.residual(residual);
        double mass = 0;
        double moment = 0;
        for (int j = 0; j < residual.length; j++) {
            double u = group.importance()[j];
            mass += u;
            moment += u * residual[j];
        }
        return moment / mass;
    }

    private static double addPlane(WeightGroup group, double[] residual, byte[] codes, int plane) {
        double mass = 0;
        double magnitude = 0;
        for (int j = 0; j < residual.length; j++) {
            double u = group.importance()[j];
            mass += u;
            magnitude += u * Math.abs(residual[j]);
            if (residual[j] >= 0) {
                codes[j] |= (byte) (1 << plane);
            }
        }
        return magnitude / mass;
    }
}
