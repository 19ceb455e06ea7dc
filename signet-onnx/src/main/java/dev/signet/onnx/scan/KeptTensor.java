package dev.signet.onnx.scan;

/**
 * A tensor that stays as it is.
 *
 * @param name the name under which its graph knows it
 * @param dimensions its shape
 * @param bytes bytes of its values
 * @param reason why it is kept, in words that follow "kept: "
 */
public record KeptTensor(String name, long[] dimensions, long bytes, String reason) implements ScannedTensor {}
