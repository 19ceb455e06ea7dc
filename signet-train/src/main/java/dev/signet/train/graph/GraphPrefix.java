package dev.signet.train.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The part of a graph that some tensors depend on. */
final class GraphPrefix {
    private GraphPrefix() {}

    /** Indices of the nodes that are needed for {@code wanted}; ONNX lists nodes in an order in which they can run. */
    static Set<Integer> of(GraphProto graph, Collection<String> wanted) {
        Set<String> tensors = new HashSet<>(wanted);
        Set<Integer> nodes = new HashSet<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            NodeProto node = graph.getNode(i);
            if (node.getOutputList().stream().anyMatch(tensors::contains)) {
                nodes.add(i);
                tensors.addAll(node.getInputList());
            }
        }
        return nodes;
    }
}
