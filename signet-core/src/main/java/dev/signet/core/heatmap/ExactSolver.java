package dev.signet.core.heatmap;

/**
 * Closed forms for one and two planes. With {@code a_1 >= a_2 >= 0} the inner levels do not cross zero, so {@code B_1} is the
 * sign of w, and what remains is weighted 2-means of |w| on a line: the best split of the sorted magnitudes. O(n log n).
 */
final class ExactSolver {
    private final SortedGroup group;

    ExactSolver(SortedGroup group) {
        this.group = group;
    }

    /** The optimal coefficient of one plane without an offset: the weighted mean of |w|, which needs no sorting. */
    static double[] onePlane(WeightGroup group) {
        double mass = 0;
        double magnitude = 0;
        for (int j = 0; j < group.length(); j++) {
            double u = group.importance()[j];
            mass += u;
            magnitude += u * Math.abs(group.weights()[j]);
        }
        return new double[] {magnitude / mass};
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

    /** The optimal coefficients of two planes without an offset, {a_1, a_2}. */
    double[] twoPlanes() {
        int n = group.length();
        int right = group.countUpTo(0);
        int left = right - 1;
        double mass = group.massOfFirst(n);
        double moment = group.momentOfFirst(n) - 2 * group.momentOfFirst(right);
        double innerMass = 0;
        double innerMoment = 0;
        double best = -1;
        double inner = 0;
        double outer = 0;
        // From the middle outwards, in the order of |w|.
        for (int k = 0; k < n; k++) {
            double gain = gain(innerMass, innerMoment) + gain(mass - innerMass, moment - innerMoment);
            if (gain > best && mass > innerMass) {
                best = gain;
                outer = (moment - innerMoment) / (mass - innerMass);
                inner = innerMass > 0 ? innerMoment / innerMass : outer;
            }
            boolean takeLeft = right == n || (left >= 0 && -group.weight(left) < group.weight(right));
            int next = takeLeft ? left-- : right++;
            double u = group.massOfFirst(next + 1) - group.massOfFirst(next);
            innerMass += u;
            innerMoment += u * Math.abs(group.weight(next));
        }
        return new double[] {(outer + inner) / 2, Math.max(0, (outer - inner) / 2)};
    }

    /** What a cell takes off the energy when its level is its mean. */
    private static double gain(double mass, double moment) {
        return mass > 0 ? moment * moment / mass : 0;
    }
}
