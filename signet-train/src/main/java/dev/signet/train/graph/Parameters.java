package dev.signet.train.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.node.NodeView;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which tensors of a graph are weights that training may change. */
final class Parameters {
    /** The inputs of each operator that are weights; BatchNormalization's mean and variance are not. */
    private static final Map<String, int[]> WEIGHTS = Map.of(
            "Conv", new int[] {1, 2},
            "BatchNormalization", new int[] {1, 2},
            "InstanceNormalization", new int[] {1, 2},
            "Gemm", new int[] {1, 2},
            "MatMul", new int[] {0, 1},
            "PRelu", new int[] {1});

    private Parameters() {}

    /** The names of the initializers and constants that are weights. */
    static Set<String> of(GraphProto graph) {
        Set<String> names = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            int[] inputs = NodeView.of(node).isStandard() ? WEIGHTS.get(node.getOpType()) : null;
            if (inputs != null) {
                for (int input : inputs) {
                    names.add(NodeView.of(node).input(input));
                }
            }
        }
        names.remove("");
        return names;
    }
}
