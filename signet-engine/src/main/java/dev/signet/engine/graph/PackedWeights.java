package dev.signet.engine.graph;

import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.WinogradTile;
import dev.signet.engine.product.PackedMatrix;
import dev.signet.engine.product.SignPlanes;
import dev.signet.engine.product.SlabMatrix;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.packed.PackedWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Decides which packed weights can stay packed: those that are read by products only, whose rows are in the order in which the
 * product reads them. The others become constants.
 */
final class PackedWeights {
    private final Map<String, Graph.Packed> packed = new LinkedHashMap<>();
    private final SequencedMap<String, Tensor> decoded = new LinkedHashMap<>();

    /**
     * @param weights the model's packed weights
     * @param nodes its nodes
     */
    PackedWeights(List<PackedWeight> weights, List<Node> nodes) {
        Map<String, List<Node>> readers = new HashMap<>();
        for (Node node : nodes) {
            for (String input : node.inputs()) {
                readers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
            }
        }
        for (PackedWeight weight : weights) {
            List<Node> users = readers.getOrDefault(weight.name(), List.of());
            if (!users.isEmpty() && users.stream().allMatch(node -> canRun(node, weight))) {
                packed.put(weight.name(), Graph.Packed.of(weight, planes(weight, users)));
            } else {
                decoded.put(weight.name(), Tensor.of(weight.dequantize(), new Shape(weight.shape())));
            }
        }
    }

    /** The weights that stay packed. */
    Map<String, Graph.Packed> packed() {
        return packed;
    }

    /** The weights that do not. */
    SequencedMap<String, Tensor> decoded() {
        return decoded;
    }

    // Matrix products read slabs, and so do convolutions that are one.
    private static SignPlanes planes(PackedWeight weight, List<Node> users) {
        boolean matrix = users.stream().allMatch(node -> switch (node.operator()) {
            case "Gemm", "MatMul" -> true;
            case "Conv" -> isMatrix(node, weight.shape());
            default -> false;
        });
        return matrix && SlabMatrix.fits(weight.weight())
                ? new SlabMatrix(weight.weight())
                : new PackedMatrix(weight.weight());
    }

    // Windows of Winograd convolutions are decoded from the file's order.
    private static boolean isMatrix(Node node, int[] shape) {
        boolean strided = Arrays.stream(node.attributes().integers("strides").orElse(new long[0]))
                .anyMatch(s -> s != 1);
        boolean winograd = shape.length == 4
                && shape[2] == shape[3]
                && Arrays.stream(WinogradTile.values()).anyMatch(tile -> tile.window() == shape[2])
                && !strided
                && !KernelChoice.convolution().equals("lookup");
        return shape.length <= 4 && !winograd && node.attributes().integer("group", 1) == 1;
    }

    private static boolean canRun(Node node, PackedWeight weight) {
        int[] shape = weight.shape();
        boolean second =
                node.inputs().indexOf(weight.name()) == 1 && node.inputs().lastIndexOf(weight.name()) == 1;
        return second
                && switch (node.operator()) {
                    case "Conv" -> isArranged(weight, shape, identity(shape.length));
                    case "ConvTranspose" ->
                        isTransposedKernel(weight, node.attributes().integer("group", 1));
                    case "Gemm" ->
                        node.attributes().flag("transB", false)
                                ? isArranged(weight, shape, identity(2))
                                : isArranged(weight, new int[] {shape[1], shape[0]}, new int[] {1, 0});
                    case "MatMul" ->
                        shape.length == 2 && isArranged(weight, new int[] {shape[1], shape[0]}, new int[] {1, 0});
                    default -> false;
                };
    }

    private static boolean isTransposedKernel(PackedWeight weight, long groups) {
        int[] shape = weight.shape();
        if (shape.length < 3 || shape.length > 4 || groups < 1 || shape[0] % groups != 0) {
            return false;
        }
        int kernelSize = new Shape(shape).product(2, shape.length);
        int[] view = {Math.toIntExact(groups), shape[1], Math.toIntExact(shape[0] / groups), kernelSize};
        return isArranged(weight, view, new int[] {0, 2, 1, 3});
    }

    private static int[] identity(int rank) {
        int[] identity = new int[rank];
        for (int i = 0; i < rank; i++) {
            identity[i] = i;
        }
        return identity;
    }

    // Two arrangements are the same if they move every weight to the same place; dimensions of size 1 do not matter.
    private static boolean isArranged(PackedWeight weight, int[] view, int[] permutation) {
        return normalized(weight.view(), weight.permutation()).equals(normalized(view, permutation));
    }

    /** Strides, in the matrix, of the tensor's dimensions, with those merged that lie one behind the other. */
    private static List<List<Integer>> normalized(int[] view, int[] permutation) {
        int[] strides = new Shape(view).strides();
        List<List<Integer>> dims = new ArrayList<>();
        for (int axis : permutation) {
            int size = view[axis];
            int stride = strides[axis];
            if (size == 1) {
                continue;
            }
            if (!dims.isEmpty() && dims.getLast().get(1) == size * stride) {
                size *= dims.removeLast().getFirst();
            }
            dims.add(Arrays.asList(size, stride));
        }
        return dims;
    }
}
