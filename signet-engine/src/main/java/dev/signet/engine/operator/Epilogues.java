package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.product.Epilogue;
import org.jspecify.annotations.Nullable;

/** The nodes that follow a product as its {@link Epilogue}. */
final class Epilogues {
    private Epilogues() {}

    /** The operators that {@link #of} knows. */
    static boolean accepts(Node node) {
        return switch (node.operator()) {
            case "BatchNormalization", "Relu", "LeakyRelu" -> true;
            case "Clip" -> !node.has(1) && !node.has(2);
            default -> false;
        };
    }

    /** The epilogue of {@code channels} channels with the given bias, for the nodes that follow in {@code node}. */
    static Epilogue of(Node node, Operands in, int channels, float @Nullable [] bias) {
        float[] shift = bias == null ? new float[channels] : bias.clone();
        float[] scale = null;
        float low = Float.NEGATIVE_INFINITY;
        float high = Float.POSITIVE_INFINITY;
        float slope = 1;
        for (Node next : node.epilogue()) {
            switch (next.operator()) {
                case "BatchNormalization" -> {
                    scale = new float[channels];
                    normalize(next, in, scale, shift);
                }
                case "Relu" -> low = 0;
                case "LeakyRelu" -> slope = next.attributes().number("alpha", 0.01f);
                case "Clip" -> {
                    low = next.attributes().number("min", low);
                    high = next.attributes().number("max", high);
                }
                default -> throw new IllegalStateException("not part of an epilogue: " + next.operator());
            }
        }
        return new Epilogue(scale, shift, low, high, slope);
    }

    // gamma * (x + bias - mean) / sqrt(variance + epsilon) + beta, in double: it is done once.
    private static void normalize(Node node, Operands in, float[] scale, float[] shift) {
        int channels = scale.length;
        float[] gamma = in.parameter(node, 1, channels);
        float[] beta = in.parameter(node, 2, channels);
        float[] mean = in.parameter(node, 3, channels);
        float[] variance = in.parameter(node, 4, channels);
        float epsilon = node.attributes().number("epsilon", 1e-5f);
        for (int i = 0; i < channels; i++) {
            double factor = gamma[i] / Math.sqrt((double) variance[i] + epsilon);
            shift[i] = (float) (beta[i] + factor * ((double) shift[i] - mean[i]));
            scale[i] = (float) factor;
        }
    }
}
