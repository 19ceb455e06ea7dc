package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.node.Bodies;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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

    /**
     * A tensor on the way from the stored one, and how to get a view back from it to the stored one.
     *
     * @param place where it is made
     */
    private record Stage(String tensor, Place place, int[] shape, ElementType type, List<Step> steps) {
        Optional<FilterView> back(FilterView view) {
            Optional<FilterView> stored = Optional.of(view);
            for (Step step : steps.reversed()) {
                stored = stored.flatMap(step::undo);
            }
            return stored;
        }

        Stage then(String output, Place newPlace, int[] newShape, ElementType newType, @Nullable Step step) {
            List<Step> longer = new ArrayList<>(steps);
            if (step != null) {
                longer.add(step);
            }
            return new Stage(output, newPlace, newShape, newType, longer);
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
        open.add(new Stage(name, Place.MAIN, shape, TensorReader.type(stored), List.of()));
        while (!open.isEmpty()) {
            Stage stage = open.remove();
            if (stage.place().equals(Place.MAIN) && index.isOutput(stage.tensor())) {
                return Trace.kept("an output of the graph");
            }
            for (Use use : uses(stage)) {
                NodeProto node = use.node();
                if (NodeView.of(node).is("Shape") || NodeView.of(node).is("Size")) {
                    // They read no values.
                    continue;
                }
                String label = NodeView.of(node).where(use.at());
                if (use.input() == Use.RESULT) {
                    return Trace.kept("a result of a subgraph of " + label);
                }
                Optional<Stage> next = follow(stage, use);
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
                        use.place().holder(use.at()),
                        NodeView.of(node).label(use.at()),
                        node.getOpType(),
                        use.input(),
                        stage.type(),
                        !use.place().equals(Place.MAIN)));
            }
        }
        if (uses.isEmpty()) {
            return Trace.kept("used by nothing");
        }
        uses.sort(Comparator.comparingInt(use -> index.rank(use.node())));
        return new Trace(List.copyOf(uses), common, null);
    }

    /**
     * The graph in which a tensor is seen: the main one, or a body of one of its nodes.
     *
     * @param node the node of the main graph that holds the body, -1 for the main graph itself
     * @param body the body; null for the main graph
     */
    private record Place(int node, @Nullable GraphProto body) {
        static final Place MAIN = new Place(-1, null);

        /** The main graph's node that holds the node at {@code at}, which is that node itself in the main graph. */
        int holder(int at) {
            return node < 0 ? at : node;
        }
    }

    /** Input number {@code input} of a node, which stands at {@code at} in its graph; {@link #RESULT} for a body's output. */
    private record Use(NodeProto node, int at, int input, Place place) {
        static final int RESULT = -1;
    }

    private List<Use> uses(Stage stage) {
        List<Use> uses = new ArrayList<>();
        if (stage.place().body() != null) {
            addUses(stage.tensor(), stage.place(), uses);
            return uses;
        }
        int lastHolder = -1;
        for (GraphIndex.Use use : index.uses(stage.tensor())) {
            NodeProto node = index.node(use.node());
            if (use.input() != GraphIndex.CAPTURED) {
                uses.add(new Use(node, use.node(), use.input(), Place.MAIN));
            } else if (lastHolder != use.node()) {
                lastHolder = use.node();
                addUsesInside(stage.tensor(), node, use.node(), use.node(), uses);
            }
        }
        return uses;
    }

    private static void addUsesInside(String tensor, NodeProto node, int at, int holder, List<Use> uses) {
        Bodies.of(node).filter(body -> !Bodies.defined(body).contains(tensor)).forEach(body -> {
            if (body.getOutputList().stream()
                    .anyMatch(output -> output.getName().equals(tensor))) {
                uses.add(new Use(node, at, Use.RESULT, new Place(holder, body)));
            }
            addUses(tensor, new Place(holder, body), uses);
        });
    }

    private static void addUses(String tensor, Place place, List<Use> uses) {
        GraphProto body = Objects.requireNonNull(place.body());
        for (int i = 0; i < body.getNodeCount(); i++) {
            NodeProto node = body.getNode(i);
            for (int input = 0; input < node.getInputCount(); input++) {
                if (node.getInput(input).equals(tensor)) {
                    uses.add(new Use(node, i, input, place));
                }
            }
            addUsesInside(tensor, node, i, place.node(), uses);
        }
    }

    /** The tensor that a node makes of {@code stage} by changing only its type or shape or order. */
    private Optional<Stage> follow(Stage stage, Use use) {
        NodeProto node = use.node();
        if (use.input() != 0 || !NodeView.of(node).isStandard() || node.getOutputCount() != 1) {
            return Optional.empty();
        }
        String output = node.getOutput(0);
        GraphProto body = use.place().body();
        if (body != null
                && body.getOutputList().stream().anyMatch(o -> o.getName().equals(output))) {
            return Optional.empty();
        }
        int[] shape = stage.shape();
        return switch (node.getOpType()) {
            case "Identity" -> Optional.of(stage.then(output, use.place(), shape, stage.type(), null));
            case "Cast" -> {
                ElementType type = NodeView.of(node).type("to");
                yield type.isFloating()
                        ? Optional.of(stage.then(output, use.place(), shape, type, null))
                        : Optional.empty();
            }
            case "Transpose" -> {
                int[] permutation = permutation(node, shape.length);
                yield Transposition.isPermutation(permutation, shape.length)
                        ? Optional.of(stage.then(
                                output,
                                use.place(),
                                Transposition.shape(shape, permutation),
                                stage.type(),
                                new Step.Transpose(permutation)))
                        : Optional.empty();
            }
            case "Reshape", "Squeeze", "Unsqueeze" ->
                reshaped(node, shape)
                        .map(after -> stage.then(output, use.place(), after, stage.type(), new Step.Reshape(shape)));
            default -> Optional.empty();
        };
    }

    private boolean otherOperandIsConstant(NodeProto node, int input) {
        return index.isConstant(NodeView.of(node).input(WeightOperators.dataInput(node, input)));
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
        Optional<TensorProto> stored = index.stored(tensor);
        if (stored.isEmpty() && index.producer(tensor).isPresent()) {
            NodeView producer = NodeView.of(index.node(index.producer(tensor).getAsInt()));
            return producer.is("Constant") ? producer.integers("value_ints") : Optional.empty();
        }
        return stored.filter(value -> TensorReader.type(value).isInteger()).map(reader::longs);
    }
}
