package dev.signet.quantize.input;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The first node with weights that reads an input, found through everything that only moves values about: it knows which of the
 * input's dimensions counts channels.
 *
 * @param node index of the reader in the graph
 * @param operator what it is
 * @param axes for each dimension of what the reader gets, the dimension of the input that it was; -1 for one that was added
 * @param channels channels that the reader's weights have; -1 where that is not known
 */
record InputReading(int node, String operator, int[] axes, long channels) {
    // Nodes that keep the order of dimensions.
    private static final Set<String> ALIKE = Set.of(
            "Identity",
            "Cast",
            "Mul",
            "Sub",
            "Add",
            "Div",
            "Clip",
            "Relu",
            "Pad",
            "Slice",
            "Concat",
            "ImageScaler",
            "Abs",
            "BatchNormalization",
            "InstanceNormalization",
            "Sqrt",
            "Log",
            "Pow",
            "Neg",
            "Max",
            "Min",
            "Resize");
    private static final Set<String> CONVOLUTIONS = Set.of("Conv", "FusedConv", "ConvTranspose", "ConvInteger");
    private static final Set<String> PRODUCTS = Set.of("Gemm", "MatMul", "FusedMatMul", "FusedGemm");
    private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");
    private static final int MOST_STEPS = 200;

    private record Step(String tensor, int[] axes) {}

    /** Follows an input of {@code rank} dimensions; empty where what reads it is behind something that mixes values. */
    static Optional<InputReading> of(GraphIndex graph, TensorReader reader, String input, int rank) {
        var open = new ArrayDeque<Step>();
        Set<String> seen = new HashSet<>();
        open.add(new Step(input, IntStream.range(0, rank).toArray()));
        for (int steps = 0; !open.isEmpty() && steps < MOST_STEPS; steps++) {
            Step step = open.removeFirst();
            if (!seen.add(step.tensor())) {
                continue;
            }
            for (GraphIndex.Use use : graph.uses(step.tensor())) {
                if (use.node() < 0 || use.input() < 0) {
                    continue;
                }
                NodeProto node = graph.node(use.node());
                String operator = node.getOpType();
                if (CONVOLUTIONS.contains(operator) && use.input() == 0) {
                    return Optional.of(
                            new InputReading(use.node(), operator, step.axes(), channels(graph, reader, node)));
                }
                if (PRODUCTS.contains(operator) || (RECURRENT.contains(operator) && use.input() == 0)) {
                    return Optional.of(new InputReading(use.node(), operator, step.axes(), -1));
                }
                int[] axes = through(graph, reader, node, step.axes());
                if (axes.length > 0) {
                    node.getOutputList().forEach(output -> open.add(new Step(output, axes)));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the reader is a convolution over one or more dimensions. */
    boolean isConvolution() {
        return CONVOLUTIONS.contains(operator);
    }

    boolean isProduct() {
        return PRODUCTS.contains(operator);
    }

    /** Dimensions that the convolution moves along. */
    int spatialDimensions() {
        return isConvolution() ? axes.length - 2 : 0;
    }

    private static long channels(GraphIndex graph, TensorReader reader, NodeProto node) {
        Optional<TensorProto> weight = graph.stored(NodeView.of(node).input(1));
        if (weight.isEmpty()) {
            return -1;
        }
        long[] shape = reader.shape(weight.get());
        if (shape.length < 2) {
            return -1;
        }
        return node.getOpType().equals("ConvTranspose")
                ? shape[0]
                : shape[1] * NodeView.of(node).integer("group", 1);
    }

    /** The dimensions behind a node; none where it does more than to move them. */
    private static int[] through(GraphIndex graph, TensorReader reader, NodeProto node, int[] axes) {
        String operator = node.getOpType();
        if (ALIKE.contains(operator)) {
            return axes;
        }
        return switch (operator) {
            case "Transpose" -> transposed(node, axes);
            case "Unsqueeze" -> unsqueezed(axes, numbers(graph, reader, node));
            case "Squeeze" -> squeezed(axes, numbers(graph, reader, node));
            default -> new int[0];
        };
    }

    private static int[] transposed(NodeProto node, int[] axes) {
        AttributeProto order = NodeView.of(node).attribute("perm").orElse(null);
        if (order == null || order.getIntsCount() != axes.length) {
            return new int[0];
        }
        return order.getIntsList().stream()
                .mapToInt(from -> from >= 0 && from < axes.length ? axes[from.intValue()] : -1)
                .toArray();
    }

    private static int[] unsqueezed(int[] axes, long[] where) {
        int rank = axes.length + where.length;
        Set<Integer> added = new HashSet<>();
        for (long axis : where) {
            added.add(Math.clamp(axis < 0 ? axis + rank : axis, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        int[] result = new int[rank];
        int from = 0;
        for (int i = 0; i < rank; i++) {
            result[i] = added.contains(i) || from >= axes.length ? -1 : axes[from++];
        }
        return result;
    }

    private static int[] squeezed(int[] axes, long[] where) {
        if (where.length == 0) {
            return new int[0];
        }
        Set<Integer> gone = new HashSet<>();
        for (long axis : where) {
            gone.add(Math.clamp(axis < 0 ? axis + axes.length : axis, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        return IntStream.range(0, axes.length)
                .filter(i -> !gone.contains(i))
                .map(i -> axes[i])
                .toArray();
    }

    /** The attribute "axes", or the second input that took its place. */
    private static long[] numbers(GraphIndex graph, TensorReader reader, NodeProto node) {
        AttributeProto attribute = NodeView.of(node).attribute("axes").orElse(null);
        if (attribute != null) {
            return attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
        }
        String name = NodeView.of(node).input(1);
        if (graph.stored(name).isPresent()) {
            return reader.longs(graph.stored(name).get());
        }
        if (graph.producer(name).isPresent()) {
            return NodeView.of(graph.node(graph.producer(name).getAsInt()))
                    .attribute("value")
                    .map(value -> reader.longs(value.getT()))
                    .orElse(new long[0]);
        }
        return new long[0];
    }

    @Override
    public String toString() {
        return operator + " over " + Arrays.toString(axes) + ", " + channels + " channels";
    }
}
