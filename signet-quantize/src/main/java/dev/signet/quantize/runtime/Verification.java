package dev.signet.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a written model does what it should: its outputs beside those of the same model with plain dequantized weights, in
 * stock ONNX Runtime, on the same inputs.
 *
 * @param identical whether all outputs have the same bits
 * @param difference largest difference of an output, relative to the largest absolute value of that output
 * @param inputs the shapes that were tried
 */
public record Verification(boolean identical, double difference, Map<String, long[]> inputs) {
    /**
     * What ONNX Runtime's own rearrangements may change: the weights are equal to the bit, but the optimizer may fold and fuse
     * the two graphs in another order.
     */
    private static final double TOLERANCE = 1e-4;

    /** Whether the outputs agree. */
    public boolean passed() {
        return identical || difference <= TOLERANCE;
    }

    /**
     * Runs both models.
     *
     * @param shapes shapes of the inputs, or null to find some that {@code reference} runs with
     * @param seed of the noise that is fed
     * @throws InputException if {@code reference} runs with none of the shapes
     */
    public static Verification compare(
            OnnxRuntimeModel reference, OnnxRuntimeModel written, @Nullable Map<String, long[]> shapes, long seed) {
        List<TensorSpec> inputs = reference.inputs();
        List<Map<String, long[]>> candidates = shapes == null ? TrialInputs.shapes(inputs) : List.of(shapes);
        InputException refused = null;
        for (Map<String, long[]> candidate : candidates) {
            Map<String, OnnxTensor> feeds = TrialInputs.feeds(inputs, candidate, seed);
            try {
                Map<String, Tensor> expected;
                try {
                    expected = reference.run(feeds);
                } catch (InputException e) {
                    refused = refused == null ? e : refused;
                    continue;
                }
                return compare(expected, written.run(feeds), candidate);
            } finally {
                feeds.values().forEach(OnnxTensor::close);
            }
        }
        throw InputException.of(
                "verification",
                "the model runs with none of the input shapes that were tried"
                        + (refused == null ? "" : " (" + refused.getMessage() + ")"),
                "give one with --input-shape NAME=1x3x224x224",
                refused);
    }

    private static Verification compare(
            Map<String, Tensor> expected, Map<String, Tensor> actual, Map<String, long[]> shapes) {
        boolean identical = expected.keySet().equals(actual.keySet());
        double difference = identical ? 0 : Double.POSITIVE_INFINITY;
        for (var entry : expected.entrySet()) {
            Tensor other = actual.get(entry.getKey());
            if (other == null || !Arrays.equals(other.shape(), entry.getValue().shape())) {
                return new Verification(false, Double.POSITIVE_INFINITY, shapes);
            }
            identical &= Arrays.equals(entry.getValue().values(), other.values());
            difference = Math.max(difference, difference(entry.getValue().values(), other.values()));
        }
        return new Verification(identical, difference, shapes);
    }

    /** The largest difference of two arrays of the same length, relative to the largest absolute value expected. */
    public static double difference(float[] expected, float[] actual) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.compare(expected[i], actual[i]) == 0) {
                largest = Float.isFinite(expected[i]) ? Math.max(largest, Math.abs(expected[i])) : largest;
                continue;
            }
            if (!Float.isFinite(expected[i]) || !Float.isFinite(actual[i])) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
        }
        return difference == 0 ? 0 : difference / Math.max(largest, Float.MIN_NORMAL);
    }
}
