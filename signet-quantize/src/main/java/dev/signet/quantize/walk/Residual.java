package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.quantize.runtime.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * A layer whose output is added to another tensor, directly or behind a BatchNormalization: whatever quantization has changed
 * in the other tensor the layer can partly make up for.
 *
 * @param other the tensor that is added
 * @param normalization the BatchNormalization between, or -1
 */
record Residual(String other, int normalization) {
    /** A normalization that shrinks a channel more than this leaves nothing to make up with. */
    private static final double SMALLEST_GAIN = 1e-3;

    /** The residual connection behind a layer, if there is one and the other tensor is known. */
    static Optional<Residual> of(GraphIndex graph, int layer, Predicate<String> known) {
        OptionalInt following = graph.followingBatchNormalization(layer);
        int normalization = following.orElse(-1);
        String output = NodeView.of(graph.node(following.orElse(layer))).output();
        OptionalInt user = graph.onlyUser(output);
        if (user.isEmpty() || !NodeView.of(graph.node(user.getAsInt())).is("Add")) {
            return Optional.empty();
        }
        NodeProto add = graph.node(user.getAsInt());
        String other = NodeView.of(add).input(NodeView.of(add).input(0).equals(output) ? 1 : 0);
        return known.test(other) ? Optional.of(new Residual(other, normalization)) : Optional.empty();
    }

    /**
     * Adds to a layer's outputs what makes up for the change of the other tensor.
     *
     * @param target the original outputs, [samples, channels, ...]; changed in place
     * @param output tells their shape
     * @param original the other tensor in the original network
     * @param quantized the other tensor behind the quantized prefix
     * @param gain what each channel of the output is multiplied with on its way to the addition; empty for 1
     */
    void makeUp(float[] target, OnnxTensor output, OnnxTensor original, OnnxTensor quantized, double[] gain) {
        long[] shape = output.getInfo().getShape();
        if (!Arrays.equals(shape, original.getInfo().getShape())) {
            return;
        }
        float[] wanted = Tensor.floats(original);
        float[] given = Tensor.floats(quantized);
        int channels = gain.length == 0 ? 1 : gain.length;
        int width = gain.length == 0
                ? target.length
                : Math.toIntExact(Arrays.stream(shape).skip(2).reduce(1, Math::multiplyExact));
        for (int start = 0, run = 0; start < target.length; start += width, run++) {
            double k = gain.length == 0 ? 1 : gain[run % channels];
            if (Math.abs(k) < SMALLEST_GAIN) {
                continue;
            }
            float factor = (float) (1 / k);
            for (int i = start; i < start + width; i++) {
                target[i] += factor * (wanted[i] - given[i]);
            }
        }
    }
}
