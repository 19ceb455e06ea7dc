package dev.signet.onnx.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The graphs inside nodes: the branches of an If, the bodies of Loop and Scan. They are as deeply nested as the parser lets them. */
public final class Bodies {
    private Bodies() {}

    /** The bodies of a node. */
    public static Stream<GraphProto> of(NodeProto node) {
        return node.getAttributeList().stream()
                .flatMap(attribute -> attribute.hasG()
                        ? Stream.concat(Stream.of(attribute.getG()), attribute.getGraphsList().stream())
                        : attribute.getGraphsList().stream());
    }

    /** All nodes of a list and of their bodies. */
    public static Stream<NodeProto> allNodes(List<NodeProto> nodes) {
        return nodes.stream()
                .flatMap(
                        node -> Stream.concat(Stream.of(node), of(node).flatMap(body -> allNodes(body.getNodeList()))));
    }

    /** A node with every body put through {@code change}; itself where it has none. */
    public static NodeProto map(NodeProto node, UnaryOperator<GraphProto> change) {
        if (of(node).findAny().isEmpty()) {
            return node;
        }
        NodeProto.Builder changed = node.toBuilder();
        for (AttributeProto.Builder attribute : changed.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                attribute.setG(change.apply(attribute.getG()));
            }
            for (int i = 0; i < attribute.getGraphsCount(); i++) {
                attribute.setGraphs(i, change.apply(attribute.getGraphs(i)));
            }
        }
        return changed.build();
    }

    /** The names that a graph itself gives to tensors. */
    public static Set<String> defined(GraphProto graph) {
        Set<String> names = new HashSet<>();
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(names::add);
        graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
        graph.getSparseInitializerList()
                .forEach(tensor -> names.add(tensor.getValues().getName()));
        graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
        names.remove("");
        return names;
    }

    /** A node whose inputs, and what its bodies take from outside, have other names. */
    public static NodeProto withInputs(NodeProto node, Map<String, String> renamed) {
        NodeProto.Builder changed = map(node, body -> captured(body, renamed)).toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            String name = node.getInput(i);
            changed.setInput(i, renamed.getOrDefault(name, name));
        }
        return changed.build();
    }

    /** A body that takes tensors from outside under other names; its own keep theirs. */
    private static GraphProto captured(GraphProto body, Map<String, String> renamed) {
        Map<String, String> outside = new HashMap<>(renamed);
        outside.keySet().removeAll(defined(body));
        GraphProto.Builder changed = body.toBuilder().clearNode();
        body.getNodeList().forEach(node -> changed.addNode(withInputs(node, outside)));
        for (int i = 0; i < body.getOutputCount(); i++) {
            String name = body.getOutput(i).getName();
            changed.getOutputBuilder(i).setName(outside.getOrDefault(name, name));
        }
        return changed.build();
    }
}
