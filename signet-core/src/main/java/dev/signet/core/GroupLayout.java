package dev.signet.core;

import java.util.Locale;

/**
 * Which weights of a matrix share coefficients: {@code rows} rows of {@code rowLength} weights, each row cut into
 * {@code groupsPerRow} groups of {@code groupSize} weights, the last of which may be shorter.
 *
 * @param rows rows that are cut up: the filters, or 1 where the whole layer is one group
 * @param rowLength weights in a row
 * @param groupsPerRow groups in a row
 * @param groupSize weights in a group (in all but the last of a row)
 */
public record GroupLayout(int rows, int rowLength, int groupsPerRow, int groupSize) {
    /** @throws IllegalArgumentException if the groups do not cover a row exactly */
    public GroupLayout {
        if (rows < 1
                || rowLength < 1
                || groupSize < 1
                || groupsPerRow < 1
                || (long) groupSize * groupsPerRow < rowLength
                || (long) groupSize * (groupsPerRow - 1) >= rowLength) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d rows of %d weights can not be cut into %d groups of %d",
                    rows,
                    rowLength,
                    groupsPerRow,
                    groupSize));
        }
    }

    /** Number of groups. */
    public int groups() {
        return Math.multiplyExact(rows, groupsPerRow);
    }

    /** Number of weights. */
    public int weights() {
        return Math.multiplyExact(rows, rowLength);
    }

    /** Where group {@code g} starts in the weights. */
    public int start(int g) {
        return g / groupsPerRow * rowLength + g % groupsPerRow * groupSize;
    }

    /** Number of weights in group {@code g}. */
    public int length(int g) {
        return Math.min(groupSize, rowLength - g % groupsPerRow * groupSize);
    }
}
