package dev.signet.onnx.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;

/** Questions that are asked of a node again and again. */
public final class Nodes {
    private Nodes() {}

    /** Whether {@code domain} is that of the standard operators, which has two spellings. */
    public static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** Whether the node is the standard operator called {@code operator}. */
    public static boolean is(NodeProto node, String operator) {
        return node.getOpType().equals(operator) && isStandard(node.getDomain());
    }

    /** The name of an input; empty where the node does not have it. */
    public static String input(NodeProto node, int index) {
        return index < node.getInputCount() ? node.getInput(index) : "";
    }

    /** The name of the first output; empty where the node has none. */
    public static String output(NodeProto node) {
        return node.getOutputCount() == 0 ? "" : node.getOutput(0);
    }

    /** The attribute called {@code name}. */
    public static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    /** An integer attribute, or {@code absent} where the node does not have it. */
    public static long integer(NodeProto node, String name, long absent) {
        return attribute(node, name).map(AttributeProto::getI).orElse(absent);
    }

    /** The node's name, or, where it has none, one made of its operator and its place in the graph. */
    public static String label(NodeProto node, int index) {
        return node.getName().isEmpty() ? node.getOpType() + "#" + index : node.getName();
    }

    /** How messages name a node: {@code node 'conv1' (Conv)}. */
    public static String where(NodeProto node, int index) {
        return "node '" + label(node, index) + "' (" + node.getOpType() + ")";
    }
}
