package dev.signet.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a written model does what it should: its outputs beside those of the same model with plain dequantized weights, in
 * stock ONNX Runtime, on the same inputs. That the weights are equal to the bit is seen before.
 *
 * @param kind how far the outputs could be compared
 * @param difference largest difference of an output, relative to the largest absolute value of that output
 * @param inputs the shapes that were tried
 */
public record Verification(Kind kind, double difference, Map<String, long[]> inputs) {
    /** How the outputs compare. */
    public enum Kind {
        /** All outputs have the same bits. */
        IDENTICAL,
        /** They differ by no more than ONNX Runtime's own rearrangements change. */
        CLOSE,
        /** They have the same bits where ONNX Runtime leaves the graphs as they are; rearranged, this network differs by more. */
        IDENTICAL_UNOPTIMIZED,
        /** The network differs from itself from run to run: its outputs say nothing. */
        RANDOM,
        /** They are not those of the weights. */
        DIFFERENT,
        /** Nothing was run, as was asked. */
        NONE
    }

    /**
     * What ONNX Runtime's own rearrangements may change: the weights are equal to the bit, but the optimizer may fold and fuse
     * the two graphs in another order.
     */
    private static final double TOLERANCE = 1e-4;

    /** A file that was not looked at. */
    public static Verification none() {
        return new Verification(Kind.NONE, 0, Map.of());
    }

    /** What was seen, for people. */
    public String text() {
        return switch (kind) {
            case IDENTICAL -> "ONNX Runtime gives the same outputs for the file and for its dequantized weights";
            case CLOSE ->
                String.format(
                        Locale.ROOT,
                        "ONNX Runtime gives (to %.1e of the largest) the same outputs for the file and for its"
                                + " dequantized weights",
                        difference);
            case IDENTICAL_UNOPTIMIZED ->
                String.format(
                        Locale.ROOT,
                        "ONNX Runtime gives the same outputs for the file and for its dequantized weights; what it"
                                + " rearranges to be faster changes this network's by %.1e of the largest",
                        difference);
            case RANDOM ->
                "the weights in the file are equal to the bit; the network's outputs differ from run to run by"
                        + " themselves";
            case DIFFERENT -> "the outputs differ from those of the dequantized weights";
            case NONE -> "nothing was run (--no-verify)";
        };
    }

    /** Whether all outputs have the same bits. */
    public boolean identical() {
        return kind == Kind.IDENTICAL || kind == Kind.IDENTICAL_UNOPTIMIZED;
    }

    /** Whether nothing speaks against the file. */
    public boolean passed() {
        return kind != Kind.DIFFERENT;
    }

    /** Opens one of the two models: optimized as usual, or left as it is. */
    public interface Opening {
        /** Opens the model. */
        OnnxRuntimeModel open(boolean optimized);
    }

    /**
     * Runs both models, one after the other.
     *
     * @param shapes shapes of the inputs, or null to find some that the reference runs with
     * @param seed of the noise that is fed
     * @throws InputException if the reference runs with none of the shapes
     */
    public static Verification compare(
            Opening reference, Opening written, @Nullable Map<String, long[]> shapes, long seed) {
        Outputs expected = Outputs.of(reference, true, shapes, seed);
        double difference = difference(expected.first, run(written, true, expected.shapes, seed));
        if (difference(expected.first, expected.second) > 0) {
            return new Verification(Kind.RANDOM, difference, expected.shapes);
        }
        if (difference == 0) {
            return new Verification(Kind.IDENTICAL, 0, expected.shapes);
        }
        if (difference <= TOLERANCE) {
            return new Verification(Kind.CLOSE, difference, expected.shapes);
        }
        Outputs plain = Outputs.of(reference, false, expected.shapes, seed);
        double unoptimized = difference(plain.first, run(written, false, plain.shapes, seed));
        return unoptimized <= TOLERANCE / 100
                ? new Verification(Kind.IDENTICAL_UNOPTIMIZED, difference, expected.shapes)
                : new Verification(Kind.DIFFERENT, difference, expected.shapes);
    }

    /** What the reference gives, twice. */
    private record Outputs(Map<String, long[]> shapes, Map<String, Tensor> first, Map<String, Tensor> second) {
        static Outputs of(Opening opening, boolean optimized, @Nullable Map<String, long[]> given, long seed) {
            try (OnnxRuntimeModel model = opening.open(optimized)) {
                List<TensorSpec> inputs = model.inputs();
                InputException refused = null;
                for (Map<String, long[]> shapes : TrialInputs.shapes(inputs)) {
                    if (given != null) {
                        shapes.putAll(given);
                    }
                    Map<String, OnnxTensor> feeds = TrialInputs.feeds(inputs, shapes, seed);
                    try {
                        return new Outputs(shapes, model.run(feeds), model.run(feeds));
                    } catch (InputException e) {
                        refused = refused == null ? e : refused;
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
        }
    }

    private static Map<String, Tensor> run(Opening opening, boolean optimized, Map<String, long[]> shapes, long seed) {
        try (OnnxRuntimeModel model = opening.open(optimized)) {
            Map<String, OnnxTensor> feeds = TrialInputs.feeds(model.inputs(), shapes, seed);
            try {
                return model.run(feeds);
            } finally {
                feeds.values().forEach(OnnxTensor::close);
            }
        }
    }

    private static double difference(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        if (!expected.keySet().equals(actual.keySet())) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        for (var entry : expected.entrySet()) {
            Tensor other = actual.get(entry.getKey());
            if (other == null || !Arrays.equals(other.shape(), entry.getValue().shape())) {
                return Double.POSITIVE_INFINITY;
            }
            if (!Arrays.equals(entry.getValue().values(), other.values())) {
                difference = Math.max(difference, difference(entry.getValue().values(), other.values()));
            }
        }
        return difference;
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
