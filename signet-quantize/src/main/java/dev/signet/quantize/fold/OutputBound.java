package dev.signet.quantize.fold;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.node.NodeView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;

/** How many elements an output of a node can have at the most, known before the node runs: constants must not explode. */
final class OutputBound {
    /** Operators none of whose outputs has more elements than the largest input. */
    private static final Set<String> NEVER_LARGER = Set.of(
            "Identity",
            "Cast",
            "CastLike",
            "Abs",
            "Neg",
            "Sqrt",
            "Exp",
            "Log",
            "Reciprocal",
            "Sign",
            "Floor",
            "Ceil",
            "Round",
            "Erf",
            "Tanh",
            "Sigmoid",
            "Relu",
            "LeakyRelu",
            "Elu",
            "Selu",
            "Softplus",
            "Softsign",
            "HardSigmoid",
            "HardSwish",
            "Gelu",
            "Sin",
            "Cos",
            "Tan",
            "Asin",
            "Acos",
            "Atan",
            "Sinh",
            "Cosh",
            "Not",
            "IsNaN",
            "IsInf",
            "Clip",
            "Softmax",
            "LogSoftmax",
            "Transpose",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Flatten",
            "Slice",
            "Split",
            "ReduceSum",
            "ReduceMean",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceSumSquare",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ArgMax",
            "ArgMin",
            "CumSum",
            "Trilu",
            "Size",
            "BatchNormalization",
            "InstanceNormalization",
            "LayerNormalization",
            "GroupNormalization",
            "LpNormalization",
            "MeanVarianceNormalization",
            "QuantizeLinear",
            "DequantizeLinear",
            "ScatterND",
            "ScatterElements",
            "DepthToSpace",
            "SpaceToDepth",
            "ReverseSequence");

    /** Operators of which an output element takes one element of each input, these broadcast. */
    private static final Set<String> BROADCASTING = Set.of(
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Pow",
            "Mod",
            "Where",
            "Min",
            "Max",
            "Sum",
            "Mean",
            "PRelu",
            "And",
            "Or",
            "Xor",
            "Equal",
            "Less",
            "LessOrEqual",
            "Greater",
            "GreaterOrEqual");

    /** No tensor has more dimensions. */
    private static final int MOST_DIMENSIONS = 64;

    private OutputBound() {}

    /**
     * The bound.
     *
     * @param shapes of the inputs; null for those that the node does not have
     * @param integers the values of an input, where it is a list of integers
     * @return empty for an operator whose outputs can not be foreseen
     */
    static OptionalLong of(NodeProto node, List<long[]> shapes, IntFunction<Optional<long[]>> integers) {
        var view = NodeView.of(node);
        if (!view.isStandard()) {
            return OptionalLong.empty();
        }
        long[] first = shapes.isEmpty() ? new long[0] : shapes.getFirst();
        if (NEVER_LARGER.contains(node.getOpType())) {
            return OptionalLong.of(
                    shapes.stream().mapToLong(OutputBound::elements).max().orElse(0));
        }
        if (BROADCASTING.contains(node.getOpType())) {
            return OptionalLong.of(broadcast(shapes));
        }
        return switch (node.getOpType()) {
            case "Constant" -> OptionalLong.of(0);
            case "Shape" -> OptionalLong.of(MOST_DIMENSIONS);
            case "Concat" ->
                OptionalLong.of(shapes.stream().mapToLong(OutputBound::elements).reduce(0, OutputBound::plus));
            case "Gather" ->
                OptionalLong.of(gathered(
                        first,
                        second(shapes),
                        Math.clamp(view.integer("axis", 0), Integer.MIN_VALUE, Integer.MAX_VALUE)));
            case "GatherElements" -> OptionalLong.of(elements(second(shapes)));
            case "ConstantOfShape" -> product(integers.apply(0));
            case "Expand" ->
                integers.apply(1)
                        .map(target -> OptionalLong.of(broadcast(List.of(first, target))))
                        .orElse(OptionalLong.empty());
            case "Tile" ->
                product(integers.apply(1)).stream()
                        .map(repeats -> times(elements(first), repeats))
                        .findFirst();
            case "Pad" -> integers.apply(1).map(pads -> padded(first, pads)).orElse(OptionalLong.empty());
            case "MatMul", "Gemm" -> OptionalLong.of(matrixProduct(first, second(shapes), view));
            default -> OptionalLong.empty();
        };
    }

    private static long[] second(List<long[]> shapes) {
        return shapes.size() > 1 ? shapes.get(1) : new long[0];
    }

    /** The product of dimensions; {@link Long#MAX_VALUE} where it is larger. */
    static long elements(long[] shape) {
        return Arrays.stream(shape).map(d -> Math.max(0, d)).reduce(1, OutputBound::times);
    }

    private static long times(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    private static long plus(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    private static OptionalLong product(Optional<long[]> dimensions) {
        return dimensions.map(d -> OptionalLong.of(elements(d))).orElse(OptionalLong.empty());
    }

    private static long broadcast(List<long[]> shapes) {
        int rank = shapes.stream().mapToInt(shape -> shape.length).max().orElse(0);
        long[] all = new long[rank];
        Arrays.fill(all, 1);
        for (long[] shape : shapes) {
            for (int i = 0; i < shape.length; i++) {
                int at = rank - shape.length + i;
                all[at] = Math.max(all[at], shape[i]);
            }
        }
        return elements(all);
    }

    private static long gathered(long[] data, long[] indices, int axis) {
        int at = axis < 0 ? axis + data.length : axis;
        if (at < 0 || at >= data.length) {
            return 0;
        }
        long[] rest = data.clone();
        rest[at] = 1;
        return times(elements(rest), elements(indices));
    }

    private static OptionalLong padded(long[] shape, long[] pads) {
        if (pads.length != 2 * shape.length) {
            return OptionalLong.empty();
        }
        long[] padded = shape.clone();
        for (int i = 0; i < shape.length; i++) {
            padded[i] = plus(plus(shape[i], Math.max(0, pads[i])), Math.max(0, pads[i + shape.length]));
        }
        return OptionalLong.of(elements(padded));
    }

    /** Each row of the left times each column of the right; batches broadcast. */
    private static long matrixProduct(long[] left, long[] right, NodeView node) {
        if (left.length < 2 || right.length < 2) {
            return times(elements(left), elements(right));
        }
        long rows = left[left.length - (node.flag("transA") ? 1 : 2)];
        long columns = right[right.length - (node.flag("transB") ? 2 : 1)];
        long batches = broadcast(List.of(Arrays.copyOf(left, left.length - 2), Arrays.copyOf(right, right.length - 2)));
        return times(batches, times(rows, columns));
    }
}
