package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.tensor.Transposition;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** The operators that have weights, and which output channel each weight belongs to. */
public final class WeightOperators {
    private static final String MICROSOFT = "com.microsoft";

    private WeightOperators() {}

    /** Whether some input of {@code node} can be its weights. */
    public static boolean hasWeights(NodeProto node) {
        return IntStream.range(0, node.getInputCount()).anyMatch(input -> isWeight(node, input));
    }

    /** Whether the tensor at {@code input} of {@code node} is its weights, as far as can be told without its shape. */
    public static boolean isWeight(NodeProto node, int input) {
        return switch (operator(node)) {
            case "Conv", "ConvTranspose", "FusedConv", "Attention" -> input == 1;
            case "Gemm", "MatMul", "FusedGemm", "FusedMatMul" -> input <= 1;
            case "LSTM", "GRU", "RNN" -> input == 1 || input == 2;
            case "Gather" -> input == 0;
            case "Einsum" -> input <= 1 && node.getInputCount() == 2;
            default -> false;
        };
    }

    /** The input of {@code node} that meets the weights at {@code input}. */
    static int dataInput(NodeProto node, int input) {
        return switch (operator(node)) {
            case "LSTM", "GRU", "RNN" -> 0;
            default -> 1 - input;
        };
    }

    /** The operator, where it is one that is looked at; those of other domains have names of their own. */
    private static String operator(NodeProto node) {
        String type = node.getOpType();
        boolean own = type.startsWith("Fused") || type.equals("Attention");
        boolean known =
                own ? node.getDomain().equals(MICROSOFT) : NodeView.of(node).isStandard();
        return known ? type : "";
    }

    /**
     * How the tensor at {@code input} of {@code node} is a matrix [filters x inputs].
     *
     * @param shape the tensor's shape, all dimensions positive
     * @return empty where the input is not a weight operand, or has a shape that the operator does not allow
     */
    static Optional<FilterView> view(NodeProto node, int input, int[] shape) {
        int rank = shape.length;
        if (!isWeight(node, input) || rank < 2) {
            return Optional.empty();
        }
        return switch (operator(node)) {
            case "Conv", "FusedConv" -> rank >= 3 ? Optional.of(conv(shape)) : Optional.empty();
            case "ConvTranspose" ->
                rank >= 3 ? convTranspose(shape, NodeView.of(node).integer("group", 1)) : Optional.empty();
            case "Gemm", "FusedGemm" -> rank == 2 ? Optional.of(gemm(node, input, shape)) : Optional.empty();
            case "MatMul" -> Optional.of(input == 0 ? rows(shape) : columns(shape));
            case "FusedMatMul" ->
                NodeView.of(node).flag(input == 0 ? "transBatchA" : "transBatchB")
                        ? Optional.empty()
                        : Optional.of(gemm(node, input, shape));
            case "Attention" -> rank == 2 ? Optional.of(columns(shape)) : Optional.empty();
            // [directions, gates * hidden, inputs]: every row is what one gate of one unit sees.
            case "LSTM", "GRU", "RNN" -> rank == 3 ? Optional.of(rows(shape)) : Optional.empty();
            case "Gather" -> gathered(node, shape);
            case "Einsum" ->
                Contraction.of(NodeView.of(node).text("equation", ""), input).flatMap(c -> c.view(shape));
            default -> Optional.empty();
        };
    }

    /** A table whose rows are looked up. */
    private static Optional<FilterView> gathered(NodeProto node, int[] shape) {
        return NodeView.of(node).integer("axis", 0) == 0
                ? Optional.of(FilterView.inOrder(shape[0], product(shape, 1, shape.length), 1, shape))
                : Optional.empty();
    }

    /** [filters, channels, kernel...]. */
    private static FilterView conv(int[] shape) {
        int kernelSize = product(shape, 2, shape.length);
        return FilterView.inOrder(shape[0], shape[1] * kernelSize, kernelSize, shape);
    }

    /** [channels, filters / groups, kernel...], where the channels come group after group. */
    private static Optional<FilterView> convTranspose(int[] shape, long group) {
        if (group < 1 || shape[0] % group != 0) {
            return Optional.empty();
        }
        int groups = Math.toIntExact(group);
        int channels = shape[0] / groups;
        int kernelSize = product(shape, 2, shape.length);
        int[] view = new int[shape.length + 1];
        view[0] = groups;
        view[1] = shape[1];
        view[2] = channels;
        System.arraycopy(shape, 2, view, 3, shape.length - 2);
        int[] permutation = IntStream.range(0, view.length).toArray();
        permutation[1] = 2;
        permutation[2] = 1;
        return Optional.of(
                new FilterView(groups * shape[1], channels * kernelSize, kernelSize, view, permutation, shape));
    }

    /** A constant left operand makes output rows, a right one output columns. */
    private static FilterView gemm(NodeProto node, int input, int[] shape) {
        boolean transposed = NodeView.of(node).flag(input == 0 ? "transA" : "transB");
        boolean filtersFirst = (input == 0) != transposed;
        return filtersFirst ? rows(shape) : columns(shape);
    }

    /** [..., filters, inputs]. */
    private static FilterView rows(int[] shape) {
        int inputs = shape[shape.length - 1];
        return FilterView.inOrder(product(shape, 0, shape.length - 1), inputs, 1, shape);
    }

    /** [..., inputs, filters]. */
    private static FilterView columns(int[] shape) {
        int rank = shape.length;
        int[] swapped = IntStream.range(0, rank).toArray();
        swapped[rank - 2] = rank - 1;
        swapped[rank - 1] = rank - 2;
        int[] view = Transposition.shape(shape, swapped);
        return new FilterView(product(view, 0, rank - 1), view[rank - 1], 1, view, swapped, shape);
    }

    private static int product(int[] shape, int from, int to) {
        return Arrays.stream(shape, from, to).reduce(1, Math::multiplyExact);
    }
}
