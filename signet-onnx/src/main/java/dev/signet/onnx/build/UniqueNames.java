package dev.signet.onnx.build;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.Set;

/** Makes names that nothing in a model has: no tensor and no node, in no subgraph. */
public final class UniqueNames {
    private final Set<String> taken = new HashSet<>();

    public UniqueNames(GraphProto graph) {
        collect(graph);
    }

    /** {@code wanted}, or where that is taken, {@code wanted_2}, {@code wanted_3} and so on; taken from now on. */
    public String claim(String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    // Recursion is as deep as the graphs are nested, which the parser bounds.
    private void collect(GraphProto graph) {
        graph.getInitializerList().forEach(tensor -> taken.add(tensor.getName()));
        graph.getSparseInitializerList()
                .forEach(tensor -> taken.add(tensor.getValues().getName()));
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(taken::add);
        graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(taken::add);
        graph.getValueInfoList().stream().map(ValueInfoProto::getName).forEach(taken::add);
        for (NodeProto node : graph.getNodeList()) {
            taken.add(node.getName());
            taken.addAll(node.getInputList());
            taken.addAll(node.getOutputList());
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    collect(attribute.getG());
                }
                attribute.getGraphsList().forEach(this::collect);
            }
        }
    }
}
