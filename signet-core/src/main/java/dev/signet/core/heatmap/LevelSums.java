package dev.signet.core.heatmap;

import dev.signet.core.vector.SolverKernels;

/**
 * What an alternating step needs of a group, for any thresholds: the sums of u and u * w over the weights above each. No code
 * is assigned to a weight until the coefficients have converged.
 */
sealed interface LevelSums {
    /** Fills in the sums over {@code w > thresholds[k]}; the thresholds rise. */
    void above(float[] thresholds, double[] mass, double[] moment);

    /** The sum of u over all weights. */
    double mass();

    /** The sum of u * w over all weights. */
    double moment();

    /** One pass over the weights for each call: cheap for few levels, and needs no preparation. */
    record Scanned(SolverKernels kernels, WeightGroup group, double mass, double moment) implements LevelSums {
        /** Takes the totals with the same kernel, so that an empty level's share is exactly 0. */
        static Scanned of(SolverKernels kernels, WeightGroup group) {
            double[] mass = new double[1];
            double[] moment = new double[1];
            sum(kernels, group, new float[] {Float.NEGATIVE_INFINITY}, mass, moment);
            return new Scanned(kernels, group, mass[0], moment[0]);
        }

        @Override
        public void above(float[] thresholds, double[] aboveMass, double[] aboveMoment) {
            sum(kernels, group, thresholds, aboveMass, aboveMoment);
        }

        private static void sum(
                SolverKernels kernels, WeightGroup group, float[] thresholds, double[] mass, double[] moment) {
            kernels.sumsAbove(
                    group.weights(), group.importance(), group.products(), group.length(), thresholds, mass, moment);
        }
    }

    /** A binary search for each threshold in sorted weights: cheap for many levels, once the weights are sorted. */
    record Sorted(SortedGroup group) implements LevelSums {
        @Override
        public void above(float[] thresholds, double[] aboveMass, double[] aboveMoment) {
            int below = 0;
            for (int k = 0; k < thresholds.length; k++) {
                below = group.countUpTo(thresholds[k], below);
                aboveMass[k] = mass() - group.massOfFirst(below);
                aboveMoment[k] = moment() - group.momentOfFirst(below);
            }
        }

        @Override
        public double mass() {
            return group.massOfFirst(group.length());
        }

        @Override
        public double moment() {
            return group.momentOfFirst(group.length());
        }
    }
}
