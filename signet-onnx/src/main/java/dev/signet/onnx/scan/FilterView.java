package dev.signet.onnx.scan;

import dev.signet.core.WeightMatrix;
import dev.signet.onnx.tensor.Transposition;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a weight tensor is seen as a matrix [filters x inputs]: the matrix, reshaped to {@code shape}, transposed by
 * {@code permutation} and reshaped to {@code tensorShape}, is the tensor.
 *
 * @param filters rows: output channels
 * @param inputs columns: weights of one filter, kernel slice after kernel slice
 * @param kernelSize weights of one kernel slice
 * @param shape the matrix with its rows and columns taken apart
 * @param permutation dimension {@code i} of the transposed array is dimension {@code permutation[i]} of {@code shape}
 * @param tensorShape the shape that the model stores
 */
public record FilterView(int filters, int inputs, int kernelSize, int[] shape, int[] permutation, int[] tensorShape) {
    /** The view of a tensor whose order is that of the matrix already. */
    static FilterView inOrder(int filters, int inputs, int kernelSize, int[] tensorShape) {
        int[] identity = IntStream.range(0, tensorShape.length).toArray();
        return new FilterView(filters, inputs, kernelSize, tensorShape, identity, tensorShape);
    }

    /** Whether the tensor's order is that of the matrix. */
    public boolean isInOrder() {
        return Transposition.isIdentity(permutation);
    }

    /** The matrix of a tensor with these values in the tensor's order. */
    public WeightMatrix matrix(float[] tensorOrder) {
        int[] transposed = Transposition.shape(shape, permutation);
        return new WeightMatrix(
                filters,
                inputs,
                kernelSize,
                Transposition.apply(tensorOrder, transposed, Transposition.inverse(permutation)));
    }

    /** The values of the matrix in the tensor's order. */
    public float[] toTensorOrder(float[] matrixOrder) {
        return Transposition.apply(matrixOrder, shape, permutation);
    }

    /** Whether both views take a tensor apart in the same way. */
    public boolean sameAs(FilterView other) {
        return filters == other.filters
                && inputs == other.inputs
                && kernelSize == other.kernelSize
                && Arrays.equals(shape, other.shape)
                && Arrays.equals(permutation, other.permutation);
    }

    /** The view of a tensor with {@code before} as its shape that becomes this view's tensor by a reshape. */
    FilterView beforeReshape(int[] before) {
        return new FilterView(filters, inputs, kernelSize, shape, permutation, before);
    }

    /**
     * The view of a tensor that becomes this view's tensor by a transposition; empty where the transposition can not be merged
     * into this view's own.
     */
    Optional<FilterView> beforeTranspose(int[] transposition) {
        if (!Arrays.equals(Transposition.shape(shape, permutation), tensorShape)) {
            return Optional.empty();
        }
        int[] merged = new int[permutation.length];
        for (int i = 0; i < merged.length; i++) {
            merged[transposition[i]] = permutation[i];
        }
        return Optional.of(
                new FilterView(filters, inputs, kernelSize, shape, merged, Transposition.shape(shape, merged)));
    }
}
