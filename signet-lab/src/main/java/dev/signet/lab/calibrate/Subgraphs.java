package dev.signet.lab.calibrate;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.LinkedHashSet;
import java.util.Set;

/** What nodes with subgraphs take from the graph around them. */
final class Subgraphs {
    private Subgraphs() {}

    /** All names that a node uses from its graph: its inputs, and what its subgraphs capture. */
    static Set<String> inputs(NodeProto node) {
        Set<String> names = new LinkedHashSet<>(node.getInputList());
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                addCaptured(attribute.getG(), names);
            }
            attribute.getGraphsList().forEach(subgraph -> addCaptured(subgraph, names));
        }
        names.remove("");
        return names;
    }

    // Recursion is as deep as the graphs are nested, which the parser bounds.
    private static void addCaptured(GraphProto subgraph, Set<String> names) {
        Set<String> inner = new LinkedHashSet<>();
        subgraph.getNodeList().forEach(node -> inner.addAll(inputs(node)));
        subgraph.getOutputList().forEach(output -> inner.add(output.getName()));
        subgraph.getInputList().forEach(input -> inner.remove(input.getName()));
        subgraph.getInitializerList().forEach(tensor -> inner.remove(tensor.getName()));
        subgraph.getNodeList().forEach(node -> node.getOutputList().forEach(inner::remove));
        names.addAll(inner);
    }
}
