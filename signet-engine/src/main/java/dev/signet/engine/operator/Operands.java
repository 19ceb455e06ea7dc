package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.product.Means;
import dev.signet.engine.product.SignPlanes;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.tensor.ElementType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a node's inputs when it is planned.
 *
 * @param node the node
 * @param inputs its inputs; null for one that is left out
 * @param constants the graph's constants, for the nodes of an epilogue
 * @param means what products may use
 */
public record Operands(Node node, List<@Nullable Operand> inputs, Map<String, Operand> constants, Means means) {
    /**
     * One input.
     *
     * @param type element type and shape
     * @param value its values, where they are known
     * @param packed its values as sign planes, where the engine has them in this form only
     */
    public record Operand(TensorType type, Optional<Tensor> value, Optional<SignPlanes> packed) {
        /** A value that every run computes anew. */
        public static Operand variable(TensorType type) {
            return new Operand(type, Optional.empty(), Optional.empty());
        }

        /** A constant. */
        public static Operand constant(Tensor value) {
            return new Operand(value.type(), Optional.of(value), Optional.empty());
        }

        /** A constant that stays packed. */
        public static Operand packed(SignPlanes weight, Shape shape) {
            return new Operand(TensorType.floats(shape), Optional.empty(), Optional.of(weight));
        }

        /** Whether the values are known, in whichever form. */
        public boolean isConstant() {
            return value.isPresent() || packed.isPresent();
        }
    }

    /** Number of inputs, those left out at the end not counted. */
    public int count() {
        return inputs.size();
    }

    /** Whether input {@code i} is there. */
    public boolean has(int i) {
        return i < inputs.size() && inputs.get(i) != null;
    }

    /** Input {@code i}. */
    public Operand get(int i) {
        Operand operand = i < inputs.size() ? inputs.get(i) : null;
        if (operand == null) {
            throw node.error(String.format(Locale.ROOT, "input %d is missing", i));
        }
        return operand;
    }

    /** Type of input {@code i}. */
    public TensorType type(int i) {
        return get(i).type();
    }

    /** Shape of input {@code i}. */
    public Shape shape(int i) {
        return get(i).type().shape();
    }

    /** Shape of input {@code i}, which must have {@code least} to {@code most} dimensions. */
    public Shape shape(int i, int least, int most) {
        Shape shape = shape(i);
        if (shape.rank() < least || shape.rank() > most) {
            throw node.error(String.format(
                    Locale.ROOT,
                    "input %d is %s where %s dimensions are supported",
                    i,
                    shape,
                    least == most ? String.valueOf(least) : least + " to " + most));
        }
        return shape;
    }

    /** Type of input {@code i}, which must be a floating one. */
    public TensorType floating(int i) {
        TensorType type = type(i);
        if (!type.element().isFloating()) {
            throw node.error(String.format(
                    Locale.ROOT,
                    "input %d is of type %s where floats are supported",
                    i,
                    type.element().text()));
        }
        return type;
    }

    /**
     * The value of input {@code i}.
     *
     * @throws ValueNeeded if it is not known yet
     */
    public Tensor constant(int i, String what) {
        Operand operand = get(i);
        if (operand.packed().isPresent()) {
            throw node.error(what + " is a packed weight where plain values were expected");
        }
        return operand.value().orElseThrow(() -> new ValueNeeded(what));
    }

    /** The integers of input {@code i}, which must be a constant. */
    public long[] integers(int i, String what) {
        Tensor tensor = constant(i, what);
        if (tensor.isFloating()) {
            throw node.error(what + " is a float tensor where integers were expected");
        }
        return tensor.size() == tensor.longs().length
                ? tensor.longs()
                : tensor.copy().longs();
    }

    /** The floats of input {@code i}, which must be a constant. */
    public float[] numbers(int i, String what) {
        Tensor tensor = constant(i, what);
        if (!tensor.isFloating()) {
            throw node.error(what + " is an integer tensor where floats were expected");
        }
        return tensor.size() == tensor.floats().length
                ? tensor.floats()
                : tensor.copy().floats();
    }

    /** The only number of input {@code i}, a constant, as a double. */
    public double scalar(int i, String what) {
        Tensor tensor = constant(i, what);
        if (tensor.size() != 1) {
            throw node.error(
                    String.format(Locale.ROOT, "%s has %d values where one was expected", what, tensor.size()));
        }
        return tensor.isFloating() ? tensor.floats()[0] : tensor.longs()[0];
    }

    /** The floats of a constant of the graph, with as many values as {@code length}. */
    public float[] parameter(Node of, int i, int length) {
        Operand operand = of.has(i) ? constants.get(of.inputs().get(i)) : null;
        if (operand == null || operand.value().isEmpty()) {
            throw of.error(String.format(Locale.ROOT, "input %d is not a constant", i));
        }
        Tensor tensor = operand.value().get();
        if (!tensor.isFloating() || tensor.size() != length) {
            throw of.error(String.format(
                    Locale.ROOT,
                    "input %d is %s of %s where %d floats were expected",
                    i,
                    tensor.shape(),
                    tensor.type().element().text(),
                    length));
        }
        return tensor.floats();
    }

    /** Axis {@code axis} of a tensor of {@code rank} dimensions; negative ones count from the end. */
    public int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw node.error(String.format(Locale.ROOT, "axis %d is not one of %d dimensions", axis, rank));
        }
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }

    /** Whether both types are the same kind and, if integer, the same type. */
    public static boolean sameKind(ElementType a, ElementType b) {
        return a == b || (a.isFloating() && b.isFloating());
    }
}
