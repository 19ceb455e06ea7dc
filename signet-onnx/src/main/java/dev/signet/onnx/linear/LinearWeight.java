package dev.signet.onnx.linear;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.GraphBuilder;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A multi-bit weight as whole numbers with a scale and a zero point for each group, the same to the bit. */
public final class LinearWeight {
    private final PackedWeight packed;
    private final LinearGroup[] groups;

    private LinearWeight(PackedWeight packed, LinearGroup[] groups) {
        this.packed = packed;
        this.groups = groups;
    }

    /** The same weight, unless the levels of a group are no multiples of one number that 8 bits have room for. */
    public static Optional<LinearWeight> of(PackedWeight packed) {
        MultiBitWeight weight = packed.weight();
        GroupLayout layout = weight.layout();
        LinearGroup[] groups = new LinearGroup[layout.groups()];
        for (int g = 0; g < groups.length; g++) {
            Optional<LinearGroup> group = LinearGroup.of(weight, g);
            if (group.isEmpty() || group.get().bits() > Byte.SIZE) {
                return Optional.empty();
            }
            groups[g] = group.get();
        }
        return Optional.of(new LinearWeight(packed, groups));
    }

    /** Bytes of numbers, scales and zero points in a model whose opset has the narrowest numbers. */
    public static long bytes(GroupLayout layout, int bits) {
        LinearType type = Objects.requireNonNull(LinearType.narrowest(Math.max(bits, 2), Integer.MAX_VALUE));
        return type.bytes(layout.weights()) + (long) layout.groups() * Float.BYTES + type.bytes(layout.groups());
    }

    private int bits() {
        return Arrays.stream(groups).mapToInt(LinearGroup::bits).max().orElse(1);
    }

    /** The opset that has the narrowest numbers this weight fits. */
    public int wantedOpset() {
        return type(Integer.MAX_VALUE).opset();
    }

    /** The first opset in which this weight can be written at all. */
    public static int leastOpset() {
        return LinearType.INT8.opset();
    }

    private LinearType type(int opset) {
        LinearType type = LinearType.narrowest(bits(), opset);
        if (type == null) {
            throw new IllegalArgumentException("no whole numbers for weights in opset " + opset);
        }
        return type;
    }

    /**
     * Adds DequantizeLinear, and what makes the tensor of a matrix where groups are no dimension of the tensor.
     *
     * @param opset at least {@link #leastOpset()}
     * @param unique makes names that nothing else has
     * @return the nodes' inputs, to be stored as initializers
     */
    public List<TensorProto> addSteps(GraphBuilder graph, int opset, UnaryOperator<String> unique) {
        LinearType type = type(opset);
        int[] zeros = new int[groups.length];
        float[] scales = new float[groups.length];
        for (int g = 0; g < groups.length; g++) {
            zeros[g] = type.lowest() - groups[g].least();
            scales[g] = groups[g].scale();
        }
        // The least number of every group is stored as the least of the type, unless all can do without zero points.
        boolean plain = Arrays.stream(groups).allMatch(group -> group.fits(type) && group.least() == groups[0].least());
        if (plain) {
            Arrays.fill(zeros, 0);
        }
        int[] matrix = numbers(zeros);
        int axis = isRagged() ? -1 : axis();
        boolean inPlace = groups.length == 1 || axis >= 0;
        int[] shape = inPlace
                ? packed.shape()
                : new int[] {groups.length, packed.weight().layout().groupSize()};
        int[] perGroup = groups.length == 1 ? new int[0] : new int[] {groups.length};
        List<TensorProto> inputs = new ArrayList<>();
        inputs.add(tensor(unique.apply("q"), type, shape, inPlace ? arranged(matrix) : matrix));
        inputs.add(Tensors.floats(unique.apply("a"), ElementType.FLOAT, perGroup, scales));
        if (Arrays.stream(zeros).anyMatch(zero -> zero != 0)) {
            inputs.add(tensor(unique.apply("z"), type, perGroup, zeros));
        }
        List<String> names = inputs.stream().map(TensorProto::getName).toList();
        String weight = graph.add(
                "DequantizeLinear", names, Attributes.integer("axis", groups.length == 1 ? 0 : Math.max(axis, 0)));
        if (!inPlace) {
            if (isRagged()) {
                weight = withoutPadding(graph, opset, weight);
            }
            weight = graph.add("Reshape", List.of(weight, list(graph, opset, packed.view())));
            if (!Transposition.isIdentity(packed.permutation())) {
                weight = graph.add("Transpose", List.of(weight), Attributes.integers("perm", packed.permutation()));
            }
            if (!Arrays.equals(Transposition.shape(packed.view(), packed.permutation()), packed.shape())) {
                weight = graph.add("Reshape", List.of(weight, list(graph, opset, packed.shape())));
            }
        }
        if (packed.type() != ElementType.FLOAT) {
            graph.add("Cast", List.of(weight), Attributes.type("to", packed.type()));
        }
        graph.nameLast(packed.name());
        return inputs;
    }

    private boolean isRagged() {
        GroupLayout layout = packed.weight().layout();
        return layout.groupsPerRow() * layout.groupSize() != layout.rowLength();
    }

    /** Rows without what their last groups have too much. */
    private String withoutPadding(GraphBuilder graph, int opset, String weight) {
        GroupLayout layout = packed.weight().layout();
        int padded = layout.groupsPerRow() * layout.groupSize();
        String rows = graph.add("Reshape", List.of(weight, graph.integers(opset, layout.rows(), padded)));
        String parts = graph.integers(opset, layout.rowLength(), padded - layout.rowLength());
        return graph.addWithRest("Split", List.of(rows, parts), Attributes.integer("axis", 1));
    }

    private static String list(GraphBuilder graph, int opset, int[] values) {
        return graph.integers(opset, Arrays.stream(values).asLongStream().toArray());
    }

    private static TensorProto tensor(String name, LinearType type, int[] shape, int[] numbers) {
        return Tensors.packed(name, type.type(), shape, type.pack(numbers));
    }

    /** The stored numbers in the order of the matrix. */
    private int[] numbers(int[] zeros) {
        int size = packed.weight().layout().groupSize();
        byte[] codes = packed.weight().codes();
        int[] numbers = new int[codes.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = groups[i / size].numbers()[codes[i] & 0xff] + zeros[i / size];
        }
        return numbers;
    }

    /** From the order of the matrix to that of the tensor. */
    private int[] arranged(int[] matrix) {
        return Transposition.apply(matrix, packed.view(), packed.permutation());
    }

    /** The dimension of the tensor along which groups lie, one after the other; -1 if there is none. */
    private int axis() {
        int size = packed.weight().layout().groupSize();
        int[] group = new int[Math.multiplyExact(groups.length, size)];
        Arrays.setAll(group, i -> i / size);
        int[] ofTensor = arranged(group);
        int[] shape = packed.shape();
        int inner = ofTensor.length;
        for (int axis = 0; axis < shape.length; axis++) {
            inner /= shape[axis];
            if (shape[axis] == groups.length && isAlong(ofTensor, inner)) {
                return axis;
            }
        }
        return -1;
    }

    private boolean isAlong(int[] ofTensor, int inner) {
        for (int i = 0; i < ofTensor.length; i++) {
            if (ofTensor[i] != i / inner % groups.length) {
                return false;
            }
        }
        return true;
    }
}
