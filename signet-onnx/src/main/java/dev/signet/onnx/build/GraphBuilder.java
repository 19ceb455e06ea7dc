package dev.signet.onnx.build;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Nodes of standard operators, one after the other, each in terms of the outputs of those before. */
public final class GraphBuilder {
    private final Function<String, String> naming;
    private final List<NodeProto> nodes = new ArrayList<>();

    /** @param naming a name that nothing else has, for the output of an operator */
    public GraphBuilder(Function<String, String> naming) {
        this.naming = naming;
    }

    /** Adds a node without a name and says what its output is called. */
    public String add(String operator, List<String> inputs, AttributeProto... attributes) {
        String output = naming.apply(operator);
        nodes.add(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes))
                .build());
        return output;
    }

    /** As {@link #add}, with a second output that nothing uses. */
    public String addWithRest(String operator, List<String> inputs, AttributeProto... attributes) {
        String output = add(operator, inputs, attributes);
        int last = nodes.size() - 1;
        nodes.set(
                last,
                nodes.get(last).toBuilder().addOutput(naming.apply(operator)).build());
        return output;
    }

    /**
     * Small integers.
     *
     * @param opset the graph's opset: before 9 a Constant can only be of floats
     */
    public String integers(int opset, long... values) {
        TensorProto value = Tensors.integers(opset, values);
        return integers(opset, Attributes.tensor("value", value));
    }

    /** Integers that an attribute, {@code value} of a Constant, holds as {@link Tensors#integers} makes them. */
    public String integers(int opset, AttributeProto value) {
        String constant = add("Constant", List.of(), value);
        return opset >= Tensors.OPSET_OF_INTEGER_CONSTANTS
                ? constant
                : add("Cast", List.of(constant), Attributes.type("to", ElementType.INT64));
    }

    /** Calls the output of the last node {@code name}. */
    public void nameLast(String name) {
        int last = nodes.size() - 1;
        nodes.set(last, nodes.get(last).toBuilder().setOutput(0, name).build());
    }

    /** The nodes so far. */
    public List<NodeProto> nodes() {
        return List.copyOf(nodes);
    }
}
