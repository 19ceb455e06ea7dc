package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.scan.GraphIndex;
import java.util.LinkedHashSet;
import java.util.Set;

/** What nodes with subgraphs take from the graph around them. */
final class Subgraphs {
    private Subgraphs() {}

    /** All names that a node uses from its graph: its inputs, and what its subgraphs capture. */
    static Set<String> inputs(NodeProto node) {
        Set<String> names = new LinkedHashSet<>(node.getInputList());
        names.addAll(GraphIndex.captured(node));
        names.remove("");
        return names;
    }
}
