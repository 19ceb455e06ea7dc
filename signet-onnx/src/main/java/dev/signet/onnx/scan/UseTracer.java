package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows a stored tensor through Identity, Cast, Reshape, Squeeze, Unsqueeze and Transpose to the nodes that use it, and says how
 * it is a matrix if all of them use it as their weights, in the same way.
 */
final class UseTracer {
    private final GraphIndex index;
    private final TensorReader reader;

    UseTracer(GraphIndex index, TensorReader reader) {
        this.index = index;
        this.reader = reader;
    }

    /** What became of a tensor: its uses as weights and the common view, or the reason why it is none. */
    record Trace(
            List<WeightUse> uses,
            @Nullable FilterView view,
            @Nullable String reason) {
        static Trace kept(String reason) {
            return new Trace(List.of(), null, reason);
        }
    }

    /** A tensor on the way from the stored one, and how to get a view back from it to the stored one. */
    private record Stage(String tensor, int[] shape, ElementType type, List<Step> steps) {
        Optional<FilterView> back(FilterView view) {
            Optional<FilterView> stored = Optional.of(view);
            for (Step step : steps.reversed()) {
                stored = stored.flatMap(step::undo);
            }
            return stored;
        }

        Stage then(String output, int[] newShape, ElementType newType, @Nullable Step step) {
            List<Step> longer = new ArrayList<>(steps);
            if (step != null) {
                longer.add(step);
            }
            return new Stage(output, newShape, newType, longer);
        }
    }

    /** A change of shape or order that a node makes. */
    private sealed interface Step {
        record Reshape(int[] before) implements Step {}

        record Transpose(int[] permutation) implements Step {}

        default Optional<FilterView> undo(FilterView after) {
            return switch (this) {
                case Reshape(int[] before) -> Optional.of(after.beforeReshape(before));
                case Transpose(int[] permutation) -> after.beforeTranspose(permutation);
            };
        }
    }

    /**
     * Follows a tensor.
     *
     * @param shape the stored shape; no dimension is 0
     */
    Trace trace(String name, TensorProto stored, int[] shape) {
        List<WeightUse> uses = new ArrayList<>();
        FilterView common = null;
        ArrayDeque<Stage> open = new ArrayDeque<>();
        open.add(new Stage(name, shape, TensorReader.type(stored), List.of()));
        while (!open.isEmpty()) {
            Stage stage = open.remove();
            if (index.isOutput(stage.tensor())) {
                return Trace.kept("an output of the graph");
            }
            for (GraphIndex.Use use : index.uses(stage.tensor())) {
                NodeProto node = index.node(use.node());
                String label = NodeView.of(node).where(use.node());
                if (use.input() == GraphIndex.CAPTURED) {
                    return Trace.kept("used in a subgraph of " + label);
                }
                Optional<Stage> next = follow(stage, node, use.input());
                if (next.isPresent()) {
                    open.add(next.get());
                    continue;
                }
                Optional<FilterView> here = WeightOperators.view(node, use.input(), stage.shape());
                if (here.isEmpty()) {
                    return Trace.kept("used by " + label + ", not as its weights");
                }
                if (otherOperandIsConstant(node, use.input())) {
                    return Trace.kept("used by " + label + ", whose other operand is constant, too");
                }
                Optional<FilterView> view = here.flatMap(stage::back);
                if (view.isEmpty()) {
                    return Trace.kept("transposed and reshaped before " + label + " in a way that is not supported");
                }
                if (common != null && !common.sameAs(view.get())) {
                    return Trace.kept(
                            "used in different ways, by " + uses.get(0).label() + " and by " + label);
                }
                common = view.get();
                uses.add(new WeightUse(
                        use.node(), NodeView.of(node).label(use.node()), node.getOpType(), use.input(), stage.type()));
            }
        }
        if (uses.isEmpty()) {
            return Trace.kept("used by nothing");
        }
        uses.sort(Comparator.comparingInt(use -> index.rank(use.node())));
        return new Trace(List.copyOf(uses), common, null);
    }

    /** The tensor that {@code node} makes of {@code stage} by changing only its type or shape or order. */
    private Optional<Stage> follow(Stage stage, NodeProto node, int input) {
        if (input != 0 || !NodeView.of(node).isStandard() || node.getOutputCount() != 1) {
            return Optional.empty();
        }
        String output = node.getOutput(0);
        int[] shape = stage.shape();
        return switch (node.getOpType()) {
            case "Identity" -> Optional.of(stage.then(output, shape, stage.type(), null));
            case "Cast" -> {
                ElementType type = NodeView.of(node).type("to");
                yield type.isFloating() ? Optional.of(stage.then(output, shape, type, null)) : Optional.empty();
            }
            case "Transpose" -> {
                int[] permutation = permutation(node, shape.length);
                yield Transposition.isPermutation(permutation, shape.length)
                        ? Optional.of(stage.then(
                                output,
                                Transposition.shape(shape, permutation),
                                stage.type(),
                                new Step.Transpose(permutation)))
                        : Optional.empty();
            }
            case "Reshape", "Squeeze", "Unsqueeze" ->
                reshaped(node, shape).map(after -> stage.then(output, after, stage.type(), new Step.Reshape(shape)));
            default -> Optional.empty();
        };
    }

    private boolean otherOperandIsConstant(NodeProto node, int input) {
        String other = NodeView.of(node).input(1 - input);
        return index.isConstant(other);
    }

    private static int[] permutation(NodeProto node, int rank) {
        return NodeView.of(node)
                .integers("perm")
                .map(perm -> Arrays.stream(perm)
                        .mapToInt(i -> Math.clamp(i, -1, rank))
                        .toArray())
                .orElseGet(() -> reversed(rank));
    }

    private static int[] reversed(int rank) {
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> rank - 1 - i);
        return permutation;
    }

    /** The shape after Reshape, Squeeze or Unsqueeze; empty where it is not stored in the model or does not fit. */
    private Optional<int[]> reshaped(NodeProto node, int[] shape) {
        String attribute = node.getOpType().equals("Reshape") ? "shape" : "axes";
        Optional<long[]> given = NodeView.of(node)
                .integers(attribute)
                .or(() -> constant(NodeView.of(node).input(1)));
        return switch (node.getOpType()) {
            case "Reshape" ->
                given.flatMap(target ->
                        Shapes.reshape(shape, target, NodeView.of(node).flag("allowzero")));
            case "Unsqueeze" -> given.flatMap(axes -> Shapes.unsqueeze(shape, axes));
            default -> given.flatMap(axes -> Shapes.squeeze(shape, axes));
        };
    }

    private Optional<long[]> constant(String tensor) {
        Optional<TensorProto> stored = index.initializer(tensor);
        if (stored.isEmpty() && index.producer(tensor).isPresent()) {
            NodeProto producer = index.node(index.producer(tensor).getAsInt());
            if (NodeView.of(producer).is("Constant") && NodeView.of(producer).has("value_ints")) {
                return NodeView.of(producer).integers("value_ints");
            }
            stored = WeightScan.constantValue(producer);
        }
        return stored.filter(value -> TensorReader.type(value).isInteger()).map(reader::longs);
    }
}
