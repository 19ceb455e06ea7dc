package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.node.ConvolutionGeometry;
import dev.signet.onnx.node.NodeView;
import java.util.Arrays;
import java.util.Locale;
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
        return optional(index)
                .orElseThrow(() -> bad(String.format(Locale.ROOT, "has no float tensor at input %d", index)));
    }

    /** The float tensor at an input that may be left out. */
    Optional<NDArray> optional(int index) {
        return Optional.ofNullable(arrays.get(view().input(index)));
    }

    /** Known integers: from the attribute {@code name} in older opsets, from an input in newer ones. */
    Optional<long[]> integers(String name, int index) {
        Optional<long[]> attribute = view().integers(name);
        return attribute.isPresent() ? attribute : Optional.ofNullable(integers.get(view().input(index)));
    }

    /** A list of integers that is an attribute in all opsets. */
    long[] integers(String name, long... absent) {
        return integers(name, Integer.MAX_VALUE).orElse(absent);
    }

    long integer(String name, long absent) {
        return view().integer(name, absent);
    }

    float number(String name, float absent) {
        return view().number(name, absent);
    }

    String text(String name, String absent) {
        return view().text(name, absent);
    }

    /** The node, read with types. */
    NodeView view() {
        return NodeView.of(node);
    }

    /** How the window of a convolution or pool moves. */
    ConvolutionGeometry geometry(long[] kernel) {
        try {
            return ConvolutionGeometry.of(
                    view(), Arrays.stream(kernel).mapToInt(Math::toIntExact).toArray());
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /** An axis from 0, where a negative one counts from the end. */
    int axis(long axis, NDArray of) {
        int rank = of.getShape().dimension();
        if (axis < -rank || axis >= rank) {
            throw bad(String.format(Locale.ROOT, "has axis %d on a tensor of rank %d", axis, rank));
        }
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }

    void output(NDArray array) {
        arrays.put(view().output(), array);
    }

    void output(long... values) {
        integers.put(view().output(), values);
    }

    /** An exception for something that this node has and that is not supported. */
    InputException bad(String problem) {
        return InputException.of(where, problem, "use a network that training supports (docs/training.md)");
    }
}
