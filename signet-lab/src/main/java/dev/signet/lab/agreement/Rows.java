package dev.signet.lab.agreement;

import dev.signet.quantize.runtime.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A tensor as rows of numbers, whatever order it is stored in.
 *
 * @param rows how many
 * @param columns of each
 * @param rowStep from one row to the next
 * @param columnStep from one column to the next
 */
record Rows(float[] values, int rows, int columns, int rowStep, int columnStep) {
    /** [1, rows, columns], or without the first; empty for others. */
    static Optional<Rows> of(Tensor tensor) {
        long[] shape = tensor.shape();
        int rank = shape.length;
        if (rank < 2 || rank > 3 || (rank == 3 && shape[0] != 1)) {
            return Optional.empty();
        }
        int columns = Math.toIntExact(shape[rank - 1]);
        return Optional.of(new Rows(tensor.values(), Math.toIntExact(shape[rank - 2]), columns, columns, 1));
    }

    /** [1, channels, height, width] as one row for each place. */
    static Optional<Rows> ofPlanes(Tensor tensor) {
        long[] shape = tensor.shape();
        if (shape.length != 4 || shape[0] != 1) {
            return Optional.empty();
        }
        int places = Math.toIntExact(shape[2] * shape[3]);
        return Optional.of(new Rows(tensor.values(), places, Math.toIntExact(shape[1]), 1, places));
    }

    Rows transposed() {
        return new Rows(values, columns, rows, columnStep, rowStep);
    }

    double at(int row, int column) {
        return values[row * rowStep + column * columnStep];
    }

    /** The column of {@code from} on whose value is largest, of equal ones the first. */
    int best(int row, int from) {
        int best = from;
        for (int column = from + 1; column < columns; column++) {
            best = at(row, column) > at(row, best) ? column : best;
        }
        return best;
    }

    /** Whether all values of some columns are within 0..1. */
    boolean areShares(int from) {
        for (int row = 0; row < rows; row++) {
            for (int column = from; column < columns; column++) {
                if (!(at(row, column) > -0.001 && at(row, column) < 1.001)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether in all rows the columns from {@code from} on are probabilities of what excludes each other. */
    boolean areProbabilities(int from) {
        if (columns - from < 2 || !areShares(from)) {
            return false;
        }
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int column = from; column < columns; column++) {
                sum += at(row, column);
            }
            if (Math.abs(sum - 1) > 0.02) {
                return false;
            }
        }
        return true;
    }

    /** How many rows have each column as their best. */
    int[] bests() {
        int[] counts = new int[columns];
        for (int row = 0; row < rows; row++) {
            counts[best(row, 0)]++;
        }
        return counts;
    }

    /** The column that most rows have as their best. */
    int usual() {
        int[] counts = bests();
        int most = Arrays.stream(counts).max().orElse(0);
        int column = 0;
        while (counts[column] < most) {
            column++;
        }
        return column;
    }
}
