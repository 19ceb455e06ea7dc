package dev.signet.core.solve;

/**
 * Closed forms for one and two planes. With {@code a_1 >= a_2 >= 0} the inner levels do not cross the offset, so {@code B_1} is
 * the sign of w - z, and what remains is weighted 2-means of |w - z| on a line: the best split of the sorted magnitudes.
 */
final class ExactSolver {
    private final SortedGroup group;

    ExactSolver(SortedGroup group) {
        this.group = group;
    }

    /** The optimal coefficient of one plane without an offset: the weighted mean of |w|. */
    double[] onePlane() {
        int n = group.length();
        int negative = group.countUpTo(0);
        double magnitudes = group.momentOfFirst(n) - 2 * group.momentOfFirst(negative);
        return new double[] {magnitudes / group.massOfFirst(n)};
    }

    /** The optimal coefficient and offset of one plane, {a, z}: weighted 2-means of w. */
    double[] onePlaneWithOffset() {
        int n = group.length();
        double mass = group.massOfFirst(n);
        double moment = group.momentOfFirst(n);
        double best = -1;
        double low = 0;
        double high = 0;
        for (int k = 0; k < n; k++) {
            double lowMass = group.massOfFirst(k);
            double lowMoment = group.momentOfFirst(k);
            double gain = gain(lowMass, lowMoment) + gain(mass - lowMass, moment - lowMoment);
            if (gain > best) {
                best = gain;
                high = (moment - lowMoment) / (mass - lowMass);
                low = lowMass > 0 ? lowMoment / lowMass : high;
            }
        }
        return new double[] {(high - low) / 2, (high + low) / 2};
    }

    /** The optimal coefficients of two planes around a given offset, {a_1, a_2}; the global optimum where the offset is 0. */
    double[] twoPlanes(double offset) {
        int n = group.length();
        int right = group.countUpTo((float) offset);
        int left = right - 1;
        double mass = group.massOfFirst(n);
        double moment = magnitudes(offset, right);
        double innerMass = 0;
        double innerMoment = 0;
        double best = -1;
        double inner = 0;
        double outer = 0;
        for (int k = 0; k < n; k++) {
            double gain = gain(innerMass, innerMoment) + gain(mass - innerMass, moment - innerMoment);
            if (gain > best && mass > innerMass) {
                best = gain;
                outer = (moment - innerMoment) / (mass - innerMass);
                inner = innerMass > 0 ? innerMoment / innerMass : outer;
            }
            boolean takeLeft = right == n || (left >= 0 && offset - group.weight(left) < group.weight(right) - offset);
            int next = takeLeft ? left-- : right++;
            double u = group.massOfFirst(next + 1) - group.massOfFirst(next);
            innerMass += u;
            innerMoment += u * Math.abs(group.weight(next) - offset);
        }
        return new double[] {(outer + inner) / 2, Math.max(0, (outer - inner) / 2)};
    }

    /** The sum of u |w - offset|, where {@code below} weights are not above the offset. */
    private double magnitudes(double offset, int below) {
        int n = group.length();
        double lowMass = group.massOfFirst(below);
        double lowMoment = group.momentOfFirst(below);
        double high = group.momentOfFirst(n) - lowMoment - offset * (group.massOfFirst(n) - lowMass);
        return high + offset * lowMass - lowMoment;
    }

    /** What a cell takes off the energy when its level is its mean. */
    private static double gain(double mass, double moment) {
        return mass > 0 ? moment * moment / mass : 0;
    }
}
