package dev.signet.engine.tensor;

import java.util.Arrays;

/**
 * The dimensions of a tensor, outermost first; no dimension for a scalar.
 *
 * @param dims the dimensions; not copied, never written to
 */
public record Shape(int... dims) {
    /** @throws IllegalArgumentException if a dimension is negative */
    public Shape {
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("a dimension can not be negative: " + Arrays.toString(dims));
            }
        }
    }

    /**
     * A shape from ONNX's integers.
     *
     * @throws ArithmeticException if one is larger than an array can be
     */
    public static Shape of(long[] dims) {
        int[] exact = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            exact[i] = Math.toIntExact(dims[i]);
        }
        return new Shape(exact);
    }

    /** Number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** Dimension {@code i}. */
    public int dim(int i) {
        return dims[i];
    }

    /**
     * Number of elements.
     *
     * @throws ArithmeticException if there are more than an array can hold
     */
    public int size() {
        return product(0, dims.length);
    }

    /** Product of the dimensions {@code from} (inclusive) to {@code to} (exclusive). */
    public int product(int from, int to) {
        // A zero anywhere makes the product zero, whatever the others are.
        int product = 1;
        boolean empty = false;
        for (int i = from; i < to; i++) {
            empty |= dims[i] == 0;
        }
        for (int i = from; i < to && !empty; i++) {
            product = Math.multiplyExact(product, dims[i]);
        }
        return empty ? 0 : product;
    }

    /** Distance, in elements, between neighbours along each dimension of a row-major tensor. */
    public int[] strides() {
        int[] strides = new int[dims.length];
        int stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, Math.max(1, dims[i]));
        }
        return strides;
    }

    /** The same elements with dimension {@code axis} replaced. */
    public Shape with(int axis, int dim) {
        int[] changed = dims.clone();
        changed[axis] = dim;
        return new Shape(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** As ONNX tools write it: {@code 1x3x32x32}. */
    @Override
    public String toString() {
        if (dims.length == 0) {
            return "scalar";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < dims.length; i++) {
            text.append(i == 0 ? "" : "x").append(dims[i]);
        }
        return text.toString();
    }
}
