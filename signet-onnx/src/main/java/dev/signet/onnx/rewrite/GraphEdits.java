package dev.signet.onnx.rewrite;

import java.util.Map;
import java.util.Set;

/**
 * Changes to what is added to a weight operator's output, for corrections that quantization makes.
 *
 * @param biases for a Conv, ConvTranspose, Gemm or MatMul node, by its index in the source model's graph: what is added to each
 *     output channel, replacing a bias that is there
 * @param normalizations for a BatchNormalization node, by its index: its new parameters
 * @param folded BatchNormalization nodes that go, since the layer before them, whose output only they use, does their work
 */
public record GraphEdits(
        Map<Integer, float[]> biases, Map<Integer, BatchNormalization> normalizations, Set<Integer> folded) {
    /** Changes nothing. */
    public static final GraphEdits NONE = new GraphEdits(Map.of(), Map.of());

    /** Edits that take no node away. */
    public GraphEdits(Map<Integer, float[]> biases, Map<Integer, BatchNormalization> normalizations) {
        this(biases, normalizations, Set.of());
    }

    /**
     * Parameters of y = scale * (x - mean) / sqrt(variance + epsilon) + bias, one value for each channel.
     *
     * @param scale factors
     * @param bias summands
     * @param mean the running mean
     * @param variance the running variance
     */
    public record BatchNormalization(float[] scale, float[] bias, float[] mean, float[] variance) {}
}
