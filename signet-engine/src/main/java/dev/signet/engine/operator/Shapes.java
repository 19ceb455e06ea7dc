package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Operators that change or make shapes and touch no element: Reshape, Flatten, Squeeze, Shape and their like. */
final class Shapes {
    private Shapes() {}

    static Computation identity(Node node, Operands in) {
        for (int i = 1; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                throw node.error(
                        String.format(Locale.ROOT, "output %d is not supported", i),
                        "export the model in evaluation mode");
            }
        }
        return new Computation.View(in.type(0));
    }

    static Computation dropout(Node node, Operands in) {
        if (node.opset() >= 12 && in.has(2) && in.scalar(2, "training_mode") != 0) {
            throw node.error("training_mode is not supported", "export the model in evaluation mode");
        }
        return identity(node, in);
    }

    static Computation reshape(Node node, Operands in) {
        Shape x = in.shape(0);
        long[] wanted = in.integers(1, "the new shape");
        boolean zeros = node.attributes().flag("allowzero", false);
        long[] dims = wanted.clone();
        int open = -1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 0 && !zeros) {
                if (i >= x.rank()) {
                    throw node.error("the new shape %s copies a dimension that %s does not have"
                            .formatted(Arrays.toString(wanted), x));
                }
                dims[i] = x.dim(i);
            } else if (dims[i] == -1 && open < 0) {
                open = i;
                dims[i] = 1;
            } else if (dims[i] < 0) {
                throw node.error("%s is not a shape".formatted(Arrays.toString(wanted)));
            }
        }
        int known = Shape.of(dims).size();
        if (open >= 0 && known != 0) {
            dims[open] = x.size() / known;
        }
        return view(node, in.type(0), Shape.of(dims));
    }

    static Computation flatten(Node node, Operands in) {
        Shape x = in.shape(0);
        long stated = node.attributes().integer("axis", 1);
        int axis = stated == x.rank() ? x.rank() : in.axis(stated, Math.max(1, x.rank()));
        return view(node, in.type(0), new Shape(x.product(0, axis), x.product(axis, x.rank())));
    }

    static Computation squeeze(Node node, Operands in) {
        Shape x = in.shape(0);
        boolean stated = in.has(1) || node.attributes().has("axes");
        boolean[] drop = new boolean[x.rank()];
        for (long axis : axes(node, in)) {
            drop[in.axis(axis, x.rank())] = true;
        }
        List<Integer> dims = new ArrayList<>();
        for (int d = 0; d < x.rank(); d++) {
            if (drop[d] && x.dim(d) != 1) {
                throw node.error(String.format(Locale.ROOT, "dimension %d of %s is not 1", d, x));
            }
            if (stated ? !drop[d] : x.dim(d) != 1) {
                dims.add(x.dim(d));
            }
        }
        return view(node, in.type(0), shape(dims));
    }

    static Computation unsqueeze(Node node, Operands in) {
        Shape x = in.shape(0);
        long[] axes = axes(node, in);
        int rank = x.rank() + axes.length;
        boolean[] added = new boolean[rank];
        for (long axis : axes) {
            int at = in.axis(axis, rank);
            if (added[at]) {
                throw node.error(String.format(Locale.ROOT, "axis %d is named twice", at));
            }
            added[at] = true;
        }
        List<Integer> dims = new ArrayList<>();
        int next = 0;
        for (int d = 0; d < rank; d++) {
            dims.add(added[d] ? 1 : x.dim(next++));
        }
        return view(node, in.type(0), shape(dims));
    }

    static Computation shape(Node node, Operands in) {
        Shape x = in.shape(0);
        int from = clip(node.attributes().integer("start", 0), x.rank());
        int to = clip(node.attributes().integer("end", x.rank()), x.rank());
        long[] dims = new long[Math.max(0, to - from)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = x.dim(from + i);
        }
        return new Computation.Known(List.of(Tensor.ofLongs(dims, dims.length)));
    }

    static Computation size(Node node, Operands in) {
        return new Computation.Known(
                List.of(Tensor.ofLongs(new long[] {in.shape(0).size()})));
    }

    private static int clip(long index, int rank) {
        return (int) Math.clamp(index < 0 ? index + rank : index, 0L, (long) rank);
    }

    static Computation constant(Node node, Operands in) {
        var attributes = node.attributes();
        if (attributes.tensor("value").isPresent()) {
            return known(attributes.tensor("value").get());
        }
        if (attributes.has("value_float")) {
            return known(Tensor.of(new float[] {attributes.number("value_float", 0)}));
        }
        if (attributes.has("value_int")) {
            return known(Tensor.ofLongs(new long[] {attributes.integer("value_int", 0)}));
        }
        if (attributes.numbers("value_floats").isPresent()) {
            float[] values = attributes.numbers("value_floats").get();
            return known(Tensor.of(values, values.length));
        }
        if (attributes.integers("value_ints").isPresent()) {
            long[] values = attributes.integers("value_ints").get();
            return known(Tensor.ofLongs(values, values.length));
        }
        throw node.error("has no value of a supported kind: a tensor, or numbers");
    }

    static Computation constantOfShape(Node node, Operands in) {
        Shape shape = Shape.of(in.integers(0, "the shape"));
        Tensor value = node.attributes().tensor("value").orElseGet(() -> Tensor.of(new float[1], 1));
        if (value.size() != 1) {
            throw node.error(String.format(Locale.ROOT, "value has %d elements where one was expected", value.size()));
        }
        // A shape is a few bytes in the file: what it claims is computed in runs, where memory is accounted for.
        return Computation.of(new TensorType(value.type().element(), shape), binding -> {
            Tensor y = binding.outputs().getFirst();
            return () -> {
                if (y.isFloating()) {
                    Arrays.fill(y.floats(), 0, y.size(), value.floats()[0]);
                } else {
                    Arrays.fill(y.longs(), 0, y.size(), value.longs()[0]);
                }
            };
        });
    }

    static Computation cast(Node node, Operands in) {
        TensorType from = in.type(0);
        ElementType to =
                ElementType.of(Math.clamp(node.attributes().integer("to", 0), Integer.MIN_VALUE, Integer.MAX_VALUE));
        if (!to.isFloating() && !to.isInteger()) {
            throw node.error("a cast to type %s is not supported".formatted(to.text()));
        }
        TensorType output = new TensorType(to, from.shape());
        return Computation.of(output, binding -> {
            Tensor x = binding.inputs().getFirst();
            Tensor y = binding.outputs().getFirst();
            return () -> {
                for (int i = 0; i < y.size(); i++) {
                    Cast.element(x, y, i);
                }
            };
        });
    }

    private static Computation known(Tensor tensor) {
        return new Computation.Known(List.of(tensor));
    }

    private static long[] axes(Node node, Operands in) {
        return in.has(1)
                ? in.integers(1, "the list of axes")
                : node.attributes().integers("axes").orElse(new long[0]);
    }

    private static Shape shape(List<Integer> dims) {
        return new Shape(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Computation view(Node node, TensorType x, Shape y) {
        if (x.shape().size() != y.size()) {
            throw node.error("%s has not as many elements as %s".formatted(x.shape(), y));
        }
        return new Computation.View(x.with(y));
    }
}
