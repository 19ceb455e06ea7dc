package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.node.Nodes;
import java.util.Map;
import java.util.Optional;

/**
 * What a node works on.
 *
 * @param node the node
 * @param where how messages name it
 * @param arrays all float tensors so far, by name
 * @param integers all integer tensors so far: shapes, axes, bounds
 * @param training whether BatchNormalization takes the samples' statistics, and remembers them
 */
record Operands(
        NodeProto node, String where, Map<String, NDArray> arrays, Map<String, long[]> integers, boolean training) {
    /** The float tensor at an input. */
    NDArray array(int index) {
        return optional(index).orElseThrow(() -> bad("has no float tensor at input %d".formatted(index)));
    }

    /** The float tensor at an input that may be left out. */
    Optional<NDArray> optional(int index) {
        return Optional.ofNullable(arrays.get(Nodes.input(node, index)));
    }

    /** Known integers: from the attribute {@code name} in older opsets, from an input in newer ones. */
    Optional<long[]> integers(String name, int index) {
        Optional<AttributeProto> attribute = Nodes.attribute(node, name);
        return attribute.isPresent()
                ? Optional.of(attribute.get().getIntsList().stream()
                        .mapToLong(Long::longValue)
                        .toArray())
                : Optional.ofNullable(integers.get(Nodes.input(node, index)));
    }

    /** A list of integers that is an attribute in all opsets. */
    long[] integers(String name, long... absent) {
        return integers(name, Integer.MAX_VALUE).orElse(absent);
    }

    long integer(String name, long absent) {
        return Nodes.integer(node, name, absent);
    }

    float number(String name, float absent) {
        return Nodes.attribute(node, name).map(AttributeProto::getF).orElse(absent);
    }

    String text(String name, String absent) {
        return Nodes.attribute(node, name)
                .map(attribute -> attribute.getS().toStringUtf8())
                .orElse(absent);
    }

    /** An axis from 0, where a negative one counts from the end. */
    int axis(long axis, NDArray of) {
        int rank = of.getShape().dimension();
        if (axis < -rank || axis >= rank) {
            throw bad("has axis %d on a tensor of rank %d".formatted(axis, rank));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    void output(NDArray array) {
        arrays.put(Nodes.output(node), array);
    }

    void output(long... values) {
        integers.put(Nodes.output(node), values);
    }

    /** An exception for something that this node has and that is not supported. */
    InputException bad(String problem) {
        return InputException.of(where, problem, "use a network that training supports (docs/training.md)");
    }
}
