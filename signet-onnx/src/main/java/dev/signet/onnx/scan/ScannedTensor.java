package dev.signet.onnx.scan;

/** A tensor that a model stores, and what quantization makes of it. */
public sealed interface ScannedTensor permits WeightTensor, KeptTensor {
    /** The name under which the graph knows the tensor. */
    String name();

    /** The stored shape. */
    long[] dimensions();

    /** Bytes that the values take, without name and shape. */
    long bytes();
}
