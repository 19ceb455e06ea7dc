package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.tensor.ElementType;

/** Comparisons and operators of truth values, broadcast, and the choice between two tensors: what makes or reads booleans. */
final class Logic implements Operator {
    /** What two elements are compared by. */
    enum Comparison {
        EQUAL,
        GREATER,
        LESS,
        GREATER_OR_EQUAL,
        LESS_OR_EQUAL,
        AND,
        OR,
        XOR;

        boolean holds(double a, double b) {
            return switch (this) {
                case EQUAL -> a == b;
                case GREATER -> a > b;
                case LESS -> a < b;
                case GREATER_OR_EQUAL -> a >= b;
                case LESS_OR_EQUAL -> a <= b;
                case AND -> a != 0 && b != 0;
                case OR -> a != 0 || b != 0;
                case XOR -> a != 0 ^ b != 0;
            };
        }

        boolean holds(long a, long b) {
            return switch (this) {
                case EQUAL -> a == b;
                case GREATER -> a > b;
                case LESS -> a < b;
                case GREATER_OR_EQUAL -> a >= b;
                case LESS_OR_EQUAL -> a <= b;
                case AND -> a != 0 && b != 0;
                case OR -> a != 0 || b != 0;
                case XOR -> a != 0 ^ b != 0;
            };
        }
    }

    private final Comparison comparison;

    Logic(Comparison comparison) {
        this.comparison = comparison;
    }

    @Override
    public Computation plan(Node node, Operands in) {
        if (in.type(0).element().isFloating() != in.type(1).element().isFloating()) {
            throw node.error("inputs are of types %s and %s"
                    .formatted(in.type(0).element().text(), in.type(1).element().text()));
        }
        Shape shape = Broadcast.shape(in.shape(0), in.shape(1));
        int[] a = Broadcast.to(shape, in.shape(0)).offsets();
        int[] b = Broadcast.to(shape, in.shape(1)).offsets();
        return Computation.of(new TensorType(ElementType.BOOL, shape), binding -> {
            Tensor left = binding.inputs().get(0);
            Tensor right = binding.inputs().get(1);
            long[] to = binding.outputs().getFirst().longs();
            boolean floats = left.isFloating();
            return () -> {
                for (int i = 0; i < a.length; i++) {
                    boolean holds = floats
                            ? comparison.holds(left.floats()[a[i]], right.floats()[b[i]])
                            : comparison.holds(left.longs()[a[i]], right.longs()[b[i]]);
                    to[i] = holds ? 1 : 0;
                }
            };
        });
    }

    static Computation not(Node node, Operands in) {
        TensorType type = in.type(0);
        if (type.element() != ElementType.BOOL) {
            throw node.error("input 0 is of type %s where truth values are expected"
                    .formatted(type.element().text()));
        }
        int size = type.shape().size();
        return Computation.of(type, binding -> {
            long[] x = binding.inputs().getFirst().longs();
            long[] y = binding.outputs().getFirst().longs();
            return () -> {
                for (int i = 0; i < size; i++) {
                    y[i] = x[i] == 0 ? 1 : 0;
                }
            };
        });
    }

    static Computation where(Node node, Operands in) {
        if (!Operands.sameKind(in.type(1).element(), in.type(2).element())) {
            throw node.error("inputs are of types %s and %s"
                    .formatted(in.type(1).element().text(), in.type(2).element().text()));
        }
        Shape shape = Broadcast.shape(Broadcast.shape(in.shape(0), in.shape(1)), in.shape(2));
        int[] c = Broadcast.to(shape, in.shape(0)).offsets();
        int[] a = Broadcast.to(shape, in.shape(1)).offsets();
        int[] b = Broadcast.to(shape, in.shape(2)).offsets();
        return Computation.of(in.type(1).with(shape), binding -> {
            long[] condition = binding.inputs().getFirst().longs();
            Tensor yes = binding.inputs().get(1);
            Tensor no = binding.inputs().get(2);
            Tensor y = binding.outputs().getFirst();
            return () -> {
                for (int i = 0; i < c.length; i++) {
                    boolean taken = condition[c[i]] != 0;
                    if (y.isFloating()) {
                        y.floats()[i] = taken ? yes.floats()[a[i]] : no.floats()[b[i]];
                    } else {
                        y.longs()[i] = taken ? yes.longs()[a[i]] : no.longs()[b[i]];
                    }
                }
            };
        });
    }
}
