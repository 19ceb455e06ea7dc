package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;

/**
 * Products and quotients by a number, for everything that is differentiated.
 *
 * <p>DJL 0.35's own {@code mul(Number)} and {@code div(Number)} make an array of the number and close it at once. PyTorch, which needs the
 * number for the gradient, goes on reading its four bytes, in a buffer that Java's garbage collector then frees: wrong gradients, now and
 * then. Here the number belongs to the manager of what it is applied to. (A sum does not need its summands for the gradient.)
 */
public final class Scalars {
    private Scalars() {}

    /** {@code x * factor}. */
    public static NDArray times(NDArray x, double factor) {
        return x.mul(x.getManager().create((float) factor));
    }

    /** {@code x / count}. */
    public static NDArray divided(NDArray x, long count) {
        return x.div(x.getManager().create((float) count));
    }
}
