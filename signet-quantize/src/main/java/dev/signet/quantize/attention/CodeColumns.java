package dev.signet.quantize.attention;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;

/**
 * The columns of the code matrix B that the values of one filter are made of, {@code q = B a}: for each of its groups the offset's
 * (if there is one) and the planes'. A column is 0 outside its group.
 *
 * @param firstGroup the filter's first group
 * @param groups how many groups it has
 * @param start the filter's first weight
 * @param end behind its last
 */
record CodeColumns(MultiBitWeight weight, int firstGroup, int groups, int start, int end) {
    /** The columns of a filter of {@code inputs} weights. */
    static CodeColumns of(MultiBitWeight weight, int filter, int inputs) {
        GroupLayout layout = weight.layout();
        int row = filter * inputs / layout.rowLength();
        int groups = layout.groupsPerRow();
        return new CodeColumns(weight, row * groups, groups, filter * inputs, (filter + 1) * inputs);
    }

    /** Columns of a group. */
    static int perGroup(MultiBitWeight weight) {
        return weight.bits() + (weight.offsets().length > 0 ? 1 : 0);
    }

    /** How many they are. */
    int count() {
        return groups * perGroup(weight);
    }

    private int group(int column) {
        return firstGroup + column / perGroup(weight);
    }

    /** The plane of a column, -1 for the offset's. */
    private int plane(int column) {
        return column % perGroup(weight) - (weight.offsets().length > 0 ? 1 : 0);
    }

    /** The filter's first weight that is in a column. */
    int from(int column) {
        return Math.max(start, weight.layout().start(group(column)));
    }

    /** Behind the filter's last weight that is in a column. */
    int to(int column) {
        int group = group(column);
        return Math.min(end, weight.layout().start(group) + weight.layout().length(group));
    }

    /** What stands in a column for a weight with this code, 1 or -1. */
    int sign(int column, byte code) {
        int plane = plane(column);
        return plane < 0 || (code >>> plane & 1) != 0 ? 1 : -1;
    }

    /** The coefficients that the solver chose. */
    double[] coefficients() {
        double[] a = new double[count()];
        for (int c = 0; c < a.length; c++) {
            int group = group(c);
            a[c] = plane(c) < 0 ? weight.offsets()[group] : weight.coefficients()[group * weight.bits() + plane(c)];
        }
        return a;
    }
}
