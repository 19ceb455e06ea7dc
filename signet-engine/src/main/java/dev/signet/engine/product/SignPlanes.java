package dev.signet.engine.product;

/** A multi-bit weight as it rests in memory: its sign planes and coefficients, in one of two orders. */
public sealed interface SignPlanes permits PackedMatrix, SlabMatrix {
    /** Bytes of its arrays. */
    long bytes();

    /** The weights as floats, in the order of the matrix. */
    float[] dequantize();
}
