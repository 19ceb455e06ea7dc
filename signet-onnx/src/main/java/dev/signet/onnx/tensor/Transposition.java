package dev.signet.onnx.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Transposing row-major arrays of any rank, as ONNX's Transpose does. */
public final class Transposition {
    private Transposition() {}

    /** {@code shape} after a transposition: dimension {@code i} is {@code shape[permutation[i]]}. */
    public static int[] shape(int[] shape, int[] permutation) {
        return Arrays.stream(permutation).map(i -> shape[i]).toArray();
    }

    /** The permutation that undoes {@code permutation}. */
    public static int[] inverse(int[] permutation) {
        int[] inverse = new int[permutation.length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[permutation[i]] = i;
        }
        return inverse;
    }

    /** Whether {@code permutation} changes nothing. */
    public static boolean isIdentity(int[] permutation) {
        return Arrays.equals(permutation, IntStream.range(0, permutation.length).toArray());
    }

    /** Whether every dimension of a rank-{@code rank} array occurs in {@code permutation} exactly once. */
    public static boolean isPermutation(int[] permutation, int rank) {
        return permutation.length == rank
                && Arrays.equals(
                        Arrays.stream(permutation).sorted().toArray(),
                        IntStream.range(0, rank).toArray());
    }

    /**
     * The values of an array, transposed.
     *
     * @param values as many as {@code shape} says
     * @return {@code values} itself where the permutation changes nothing
     */
    public static float[] apply(float[] values, int[] shape, int[] permutation) {
        if (isIdentity(permutation)) {
            return values;
        }
        int rank = shape.length;
        int[] strides = new int[rank];
        for (int i = rank - 1, stride = 1; i >= 0; stride *= shape[i], i--) {
            strides[i] = stride;
        }
        int[] sizes = shape(shape, permutation);
        int[] steps = shape(strides, permutation);
        int[] position = new int[rank];
        float[] transposed = new float[values.length];
        int from = 0;
        for (int to = 0; to < transposed.length; to++) {
            transposed[to] = values[from];
            for (int i = rank - 1; i >= 0; i--) {
                from += steps[i];
                if (++position[i] < sizes[i]) {
                    break;
                }
                from -= sizes[i] * steps[i];
                position[i] = 0;
            }
        }
        return transposed;
    }

    /** As {@link #apply(float[], int[], int[])}, for whole numbers of at most 24 bits. */
    public static int[] apply(int[] values, int[] shape, int[] permutation) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        float[] transposed = apply(floats, shape, permutation);
        int[] integers = new int[transposed.length];
        Arrays.setAll(integers, i -> (int) transposed[i]);
        return integers;
    }
}
