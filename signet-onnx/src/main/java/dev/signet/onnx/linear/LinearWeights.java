package dev.signet.onnx.linear;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads what DequantizeLinear makes of stored whole numbers as multi-bit weights: {@code (q - zero) * scale} has a plane for each
 * bit of q, coefficients that are scale times half a power of two, and an offset.
 */
public final class LinearWeights {
    private final OnnxModel model;
    private final TensorReader reader;
    private final Map<String, TensorProto> initializers = new HashMap<>();

    private LinearWeights(OnnxModel model) {
        this.model = model;
        this.reader = new TensorReader(model);
        GraphProto graph = model.proto().getGraph();
        graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
        // What a caller may replace is no constant.
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(initializers::remove);
    }

    /**
     * The weights of the main graph that multi-bit weights can be to the bit, in the order of their nodes; none where the model
     * has whole-numbered activations, which a runtime computes with such weights as they are.
     *
     * @throws InputException if a node's inputs contradict each other
     */
    public static List<PackedWeight> in(OnnxModel model) {
        List<NodeProto> nodes = model.proto().getGraph().getNodeList();
        if (nodes.stream()
                .anyMatch(node -> node.getOpType().contains("QuantizeLinear")
                        && !NodeView.of(node).is("DequantizeLinear"))) {
            return List.of();
        }
        LinearWeights weights = new LinearWeights(model);
        List<PackedWeight> found = new ArrayList<>();
        Set<String> made = new HashSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            NodeView node = NodeView.of(nodes.get(i));
            if (node.is("DequantizeLinear") && made.add(node.output())) {
                weights.weight(node, i).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    private Optional<PackedWeight> weight(NodeView node, int index) {
        TensorProto stored = initializers.get(node.input(0));
        TensorProto scale = initializers.get(node.input(1));
        TensorProto zero = initializers.get(node.input(2));
        if (stored == null || scale == null || (zero == null && !node.input(2).isEmpty())) {
            return Optional.empty();
        }
        Optional<LinearType> type = LinearType.of(TensorReader.type(stored));
        boolean known = type.isPresent()
                && TensorReader.type(scale) == ElementType.FLOAT
                && node.integer("block_size", 0) == 0
                && node.integer("output_dtype", 0) == 0;
        if (!known) {
            return Optional.empty();
        }
        int[] shape = shape(stored);
        int[] numbers = numbers(stored, type.get());
        float[] scales = reader.floats(scale);
        int[] zeros = zero == null ? new int[scales.length] : numbers(zero, type.get());
        long axis = node.integer("axis", 1);
        axis = scale.getDimsCount() == 0 ? 0 : axis < 0 ? axis + shape.length : axis;
        boolean fits = scale.getDimsCount() == 0
                || (scale.getDimsCount() == 1
                        && axis < shape.length
                        && axis >= 0
                        && scales.length == shape[Math.toIntExact(axis)]);
        if (!fits
                || zeros.length != scales.length
                || (zero != null && TensorReader.type(zero) != type.get().type())) {
            throw InputException.of(
                    model.where() + ": " + node.where(index),
                    "has scales " + scale.getDimsList() + " or zero points that do not fit its tensor "
                            + stored.getDimsList(),
                    "the file is damaged: write it again");
        }
        if (numbers.length == 0 || shape.length == 0) {
            return Optional.empty();
        }
        return new Lines(
                        type.get(),
                        numbers,
                        scales,
                        zeros,
                        shape,
                        scale.getDimsCount() == 0 ? -1 : Math.toIntExact(axis))
                .weight(node.output());
    }

    private int[] shape(TensorProto tensor) {
        long elements = reader.elements(tensor);
        if (elements > Integer.MAX_VALUE) {
            throw InputException.of(
                    model.where(tensor), "has more than 2^31 elements", "no single weight of a model has so many");
        }
        return Arrays.stream(reader.shape(tensor)).mapToInt(Math::toIntExact).toArray();
    }

    private int[] numbers(TensorProto tensor, LinearType type) {
        int count = Math.toIntExact(reader.elements(tensor));
        if (reader.isRaw(tensor)) {
            byte[] bytes = new byte[type.bytes(count)];
            reader.packedBytes(tensor).get(bytes);
            return type.unpack(bytes, count);
        }
        // In the typed field, narrow numbers share an element as they share a byte.
        byte[] bytes = new byte[tensor.getInt32DataCount()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) tensor.getInt32Data(i);
        }
        if (bytes.length != type.bytes(count)) {
            throw InputException.of(
                    model.where(tensor),
                    "has " + bytes.length + " values where its dimensions need " + type.bytes(count),
                    "the file is damaged: write it again");
        }
        return type.unpack(bytes, count);
    }

    /**
     * Whole numbers and their lines.
     *
     * @param axis the dimension along which the lines differ, -1 where there is one
     */
    private record Lines(LinearType type, int[] numbers, float[] scales, int[] zeros, int[] shape, int axis) {
        Optional<PackedWeight> weight(String name) {
            int[] order = IntStream.range(0, shape.length).toArray();
            if (axis > 0) {
                System.arraycopy(order, 0, order, 1, axis);
                order[0] = axis;
            }
            int[] matrix = Transposition.apply(numbers, shape, order);
            int rows = scales.length;
            int stride = stride();
            int bits = bits(stride);
            // With all bits in use, codes beyond the numbers would be beyond the type.
            int lowest = bits == Byte.SIZE
                    ? type.lowest()
                    : Arrays.stream(numbers).min().orElse(0);
            GroupLayout layout = new GroupLayout(rows, numbers.length / rows, 1, numbers.length / rows);
            byte[] codes = new byte[matrix.length];
            for (int i = 0; i < codes.length; i++) {
                // The first plane has the largest coefficient.
                codes[i] = (byte) (Integer.reverse((matrix[i] - lowest) / stride) >>> (Integer.SIZE - bits));
            }
            float[] coefficients = new float[rows * bits];
            float[] offsets = new float[rows];
            double middle = lowest + stride * ((1 << bits) - 1) / 2.0;
            for (int r = 0; r < rows; r++) {
                for (int i = 0; i < bits; i++) {
                    coefficients[r * bits + i] = Math.scalb(stride * scales[r], bits - 2 - i);
                }
                offsets[r] = (float) (scales[r] * (middle - zeros[r]));
                if (!(scales[r] >= 0 && scales[r] * 512 < Float.MAX_VALUE)) {
                    return Optional.empty();
                }
            }
            MultiBitWeight weight = new MultiBitWeight(
                    layout,
                    bits,
                    MultiBitWeight.planes(layout, bits, codes),
                    coefficients,
                    offsets,
                    CoefficientType.FLOAT32);
            int[] view = Transposition.shape(shape, order);
            PackedWeight packed =
                    new PackedWeight(name, weight, view, Transposition.inverse(order), shape, ElementType.FLOAT);
            return isExact(weight, matrix) ? Optional.of(packed) : Optional.empty();
        }

        private boolean isExact(MultiBitWeight weight, int[] matrix) {
            float[] values = weight.dequantize();
            int length = values.length / scales.length;
            for (int i = 0; i < values.length; i++) {
                if (values[i] != (matrix[i] - zeros[i / length]) * scales[i / length]) {
                    return false;
                }
            }
            return true;
        }

        /** 2 where every other number is used, as with one bit, whose levels are -1 and 1; otherwise 1. */
        private int stride() {
            int least = Arrays.stream(numbers).min().orElse(0);
            int greatest = Arrays.stream(numbers).max().orElse(0);
            boolean even = Arrays.stream(numbers).allMatch(number -> (number - least) % 2 == 0);
            return even && greatest - least == 2 ? 2 : 1;
        }

        /** Bits that the numbers take, counted from the least. */
        private int bits(int stride) {
            int range = Arrays.stream(numbers).max().orElse(0)
                    - Arrays.stream(numbers).min().orElse(0);
            return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(range / stride));
        }
    }
}
