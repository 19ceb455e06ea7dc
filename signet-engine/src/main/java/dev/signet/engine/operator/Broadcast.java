package dev.signet.engine.operator;

import dev.signet.engine.tensor.Shape;

/**
 * How an operand is read when it is broadcast to a larger shape, numpy's way: for each dimension the distance between
 * neighbours in the operand, 0 where it is repeated.
 *
 * @param shape the larger shape
 * @param strides a stride for each of its dimensions
 */
record Broadcast(Shape shape, int[] strides) {
    /**
     * The shape to which two operands are broadcast.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    static Shape shape(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        for (int i = 0; i < rank; i++) {
            int p = i - (rank - a.rank()) < 0 ? 1 : a.dim(i - (rank - a.rank()));
            int q = i - (rank - b.rank()) < 0 ? 1 : b.dim(i - (rank - b.rank()));
            if (p != q && p != 1 && q != 1) {
                throw new IllegalArgumentException("shapes %s and %s can not be broadcast together".formatted(a, b));
            }
            dims[i] = p == 1 ? q : p;
        }
        return new Shape(dims);
    }

    /**
     * {@code operand} broadcast to {@code shape}.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    static Broadcast to(Shape shape, Shape operand) {
        if (operand.rank() > shape.rank() || !shape(shape, operand).equals(shape)) {
            throw new IllegalArgumentException("shape %s can not be broadcast to %s".formatted(operand, shape));
        }
        int[] strides = new int[shape.rank()];
        int[] own = operand.strides();
        int skip = shape.rank() - operand.rank();
        for (int i = skip; i < strides.length; i++) {
            strides[i] = operand.dim(i - skip) == 1 ? 0 : own[i - skip];
        }
        return new Broadcast(shape, strides);
    }

    /** For every element of the larger shape, the operand's element. */
    int[] offsets() {
        int[] offsets = new int[shape.size()];
        int[] index = new int[shape.rank()];
        int at = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            for (int d = index.length - 1; d >= 0; d--) {
                at += strides[d];
                if (++index[d] < shape.dim(d)) {
                    break;
                }
                at -= strides[d] * shape.dim(d);
                index[d] = 0;
            }
        }
        return offsets;
    }
}
