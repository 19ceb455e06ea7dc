package dev.signet.onnx.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.tensor.ElementType;
import java.util.Optional;

/**
 * A node, read with types: what the protobuf classes leave open (missing inputs, the two spellings of the standard domain,
 * attributes that are not there) is decided here.
 *
 * @param proto the node
 */
public record NodeView(NodeProto proto) implements NodeAttributes {
    /** A view of {@code node}. */
    public static NodeView of(NodeProto node) {
        return new NodeView(node);
    }

    /** Whether this is a standard operator. */
    public boolean isStandard() {
        return Domains.isStandard(proto.getDomain());
    }

    /** Whether this is the standard operator called {@code operator}. */
    public boolean is(String operator) {
        return proto.getOpType().equals(operator) && isStandard();
    }

    /** The name of an input; empty where the node does not have it. */
    public String input(int index) {
        return index < proto.getInputCount() ? proto.getInput(index) : "";
    }

    /** The name of the first output; empty where the node has none. */
    public String output() {
        return proto.getOutputCount() == 0 ? "" : proto.getOutput(0);
    }

    /** The attribute called {@code name}, as it is stored. */
    public Optional<AttributeProto> attribute(String name) {
        return proto.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    /** Whether the node has an attribute called {@code name}. */
    public boolean has(String name) {
        return attribute(name).isPresent();
    }

    @Override
    public long integer(String name, long absent) {
        return attribute(name).map(AttributeProto::getI).orElse(absent);
    }

    /** A truth value, which ONNX writes as an integer; false where the node does not have it. */
    public boolean flag(String name) {
        return integer(name, 0) != 0;
    }

    /** A number, or {@code absent} where the node does not have it. */
    public float number(String name, float absent) {
        return attribute(name).map(AttributeProto::getF).orElse(absent);
    }

    @Override
    public String text(String name, String absent) {
        return attribute(name).map(attribute -> attribute.getS().toStringUtf8()).orElse(absent);
    }

    @Override
    public Optional<long[]> integers(String name) {
        return attribute(name)
                .map(attribute -> attribute.getIntsList().stream()
                        .mapToLong(Long::longValue)
                        .toArray());
    }

    /** A tensor; empty where the node does not have it. */
    public Optional<TensorProto> tensor(String name) {
        return attribute(name).filter(AttributeProto::hasT).map(AttributeProto::getT);
    }

    /** An element type, as Cast has it; {@link ElementType#UNKNOWN} where the node does not have it. */
    public ElementType type(String name) {
        return ElementType.of(Math.clamp(integer(name, 0), 0, Integer.MAX_VALUE));
    }

    /** The node's name, or, where it has none, one made of its operator and its place in the graph. */
    public String label(int index) {
        return proto.getName().isEmpty() ? proto.getOpType() + "#" + index : proto.getName();
    }

    /** How messages name the node: {@code node 'conv1' (Conv)}. */
    public String where(int index) {
        return "node '" + label(index) + "' (" + proto.getOpType() + ")";
    }
}
