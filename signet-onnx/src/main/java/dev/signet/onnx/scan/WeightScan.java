package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import java.util.List;
import java.util.Optional;

/**
 * Every tensor that a model stores: those that can be quantized, and those that are kept, with the reason.
 *
 * @param tensors in network order: by the first node that uses them; those of subgraphs and functions, and those that nothing
 *     uses, at the end
 * @param small tensors of fewer than two dimensions, which are not listed
 */
public record WeightScan(List<ScannedTensor> tensors, SmallTensors small) {
    /**
     * Looks through {@code model}. The values of all weights are read once, one tensor at a time.
     *
     * @throws dev.signet.onnx.InputException if the graph is broken, or a weight's data is missing or does not match its
     *     shape
     */
    public static WeightScan of(OnnxModel model) {
        return new WeightScanner(model).scan();
    }

    /** The tensors that can be quantized. */
    public List<WeightTensor> weights() {
        return tensors.stream()
                .filter(WeightTensor.class::isInstance)
                .map(WeightTensor.class::cast)
                .toList();
    }

    /** The listed tensors that stay as they are. */
    public List<KeptTensor> kept() {
        return tensors.stream()
                .filter(KeptTensor.class::isInstance)
                .map(KeptTensor.class::cast)
                .toList();
    }

    /** The tensor that a Constant node stores as a TensorProto, under the name of the node's output. */
    static Optional<TensorProto> constantValue(NodeProto node) {
        return NodeView.of(node).is("Constant")
                ? NodeView.of(node)
                        .tensor("value")
                        .map(value -> value.toBuilder()
                                .setName(NodeView.of(node).output())
                                .build())
                : Optional.empty();
    }
}
