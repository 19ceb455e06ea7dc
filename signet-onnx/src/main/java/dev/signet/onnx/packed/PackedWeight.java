package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.CodeWords;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.core.SharedLevels;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.GraphBuilder;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.packed.DecodeForm.Order;
import dev.signet.onnx.packed.DecodeForm.Rows;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A multi-bit weight with all that a model says about it: the weight's matrix, reshaped to {@code view}, transposed by
 * {@code permutation} and reshaped to {@code shape}, is the tensor.
 *
 * @param name the tensor's name in the graph
 * @param weight sign planes, coefficients and offsets, in the order of the matrix
 * @param view the matrix with its rows and columns taken apart
 * @param permutation dimension {@code i} of the transposed array is dimension {@code permutation[i]} of {@code view}
 * @param shape the tensor's shape
 * @param type the tensor's element type
 */
public record PackedWeight(
        String name, MultiBitWeight weight, int[] view, int[] permutation, int[] shape, ElementType type) {
    /** The weights in the tensor's order. */
    public float[] dequantize() {
        return Transposition.apply(weight.dequantize(), view, permutation);
    }

    /** Names of the inputs of a call; the last is used where groups share their levels. */
    public record InputNames(String codes, String levels, String scales) {}

    /** The inputs of the call, to be stored as initializers. */
    public List<TensorProto> inputs(InputNames names) {
        List<TensorProto> inputs = new ArrayList<>();
        byte[] codes = CodeWords.of(weight.bits()).pack(weight.codes(), weight.bits());
        inputs.add(Tensors.bytes(names.codes(), ElementType.UINT8, codeShape(codes.length), codes));
        ElementType stored = weight.type() == CoefficientType.FLOAT16 ? ElementType.FLOAT16 : ElementType.FLOAT;
        int bits = weight.bits();
        SharedLevels shared = weight.shared();
        if (shared != null) {
            float[] levels = Arrays.copyOf(shared.coefficients(), bits + 1);
            levels[bits] = shared.offset();
            inputs.add(Tensors.floats(names.levels(), stored, new int[] {bits + 1}, levels));
            float[] scales = shared.scales();
            inputs.add(Tensors.floats(names.scales(), stored, new int[] {scales.length}, scales));
            return inputs;
        }
        float[] offsets = weight.offsets();
        int groups = weight.layout().groups();
        int columns = bits + (offsets.length == 0 ? 0 : 1);
        float[] levels = new float[groups * columns];
        for (int g = 0; g < groups; g++) {
            System.arraycopy(weight.coefficients(), g * bits, levels, g * columns, bits);
            if (offsets.length != 0) {
                levels[g * columns + bits] = offsets[g];
            }
        }
        inputs.add(Tensors.floats(names.levels(), stored, new int[] {groups, columns}, levels));
        return inputs;
    }

    /** [groups, units of a group (, bytes of a unit)], or [units (, bytes of a unit)] where groups do not start on units. */
    private int[] codeShape(int bytes) {
        CodeWords words = CodeWords.of(weight.bits());
        int groups = weight.layout().groups();
        boolean aligned = weight.layout().groupSize() % words.unitCodes(weight.bits()) == 0;
        int units = bytes / words.unitBytes() / (aligned ? groups : 1);
        List<Integer> shape = new ArrayList<>();
        if (aligned) {
            shape.add(groups);
        }
        shape.add(units);
        if (words.hasHighParts()) {
            shape.add(words.unitBytes());
        }
        return shape.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The function that the call of this weight needs in a model of {@code opset}. */
    public FunctionProto function(int opset) {
        return MultiBitFunction.proto(DecodeForm.of(this), opset);
    }

    /** The call, whose output is the tensor. */
    public NodeProto call(int opset, InputNames names) {
        DecodeForm form = DecodeForm.of(this);
        NodeProto.Builder call = NodeProto.newBuilder()
                .setDomain(MultiBitFunction.DOMAIN)
                .setOpType(form.name())
                .addInput(names.codes())
                .addInput(names.levels())
                .addOutput(name);
        if (form.shared()) {
            call.addInput(names.scales());
        }
        if (form.rows() == Rows.CUT) {
            call.addAttribute(list(DecodeArguments.CUT, opset));
        }
        if (form.ragged()) {
            call.addAttribute(list(DecodeArguments.MATRIX, opset));
            call.addAttribute(list(DecodeArguments.ROW, opset));
        }
        if (form.grouped()) {
            call.addAttribute(
                    Attributes.integer(DecodeArguments.ROWS, weight.layout().rows()));
        }
        call.addAttribute(list(DecodeArguments.SHAPE, opset));
        if (form.order() != Order.IN_ORDER) {
            call.addAttribute(list(DecodeArguments.PERMUTATION, opset));
        }
        if (form.order() == Order.RESHAPED) {
            call.addAttribute(list(DecodeArguments.END, opset));
        }
        if (form.cast()) {
            call.addAttribute(Attributes.type(DecodeArguments.TYPE, type));
        }
        return call.build();
    }

    /**
     * Adds the nodes that the function has; the output of the last is the tensor.
     *
     * @param known what other weights of the graph have added and this one can use
     */
    public void addSteps(GraphBuilder graph, int opset, InputNames names, Map<String, String> known) {
        DecodeForm form = DecodeForm.of(this);
        DecodeSteps.add(graph, form, opset, new Values(graph, opset, names), known);
        graph.nameLast(name);
    }

    private AttributeProto list(String attribute, int opset) {
        return MultiBitFunction.list(attribute, opset, integers(attribute));
    }

    private int[] integers(String argument) {
        GroupLayout layout = weight.layout();
        return switch (argument) {
            case DecodeArguments.CUT -> {
                int codes = Math.multiplyExact(layout.groups(), layout.groupSize());
                int unit = CodeWords.of(weight.bits()).unitCodes(weight.bits());
                yield new int[] {codes, Math.ceilDiv(codes, unit) * unit - codes};
            }
            case DecodeArguments.MATRIX -> new int[] {layout.rows(), layout.groupsPerRow() * layout.groupSize()};
            case DecodeArguments.ROW ->
                new int[] {layout.rowLength(), layout.groupsPerRow() * layout.groupSize() - layout.rowLength()};
            case DecodeArguments.SHAPE -> Transposition.isIdentity(permutation) ? shape : view;
            case DecodeArguments.PERMUTATION -> permutation;
            case DecodeArguments.END -> shape;
            default -> throw new IllegalArgumentException(argument);
        };
    }

    /** This weight's own values in place of a call's. */
    private final class Values implements DecodeArguments {
        private final GraphBuilder graph;
        private final int opset;
        private final InputNames names;

        Values(GraphBuilder graph, int opset, InputNames names) {
            this.graph = graph;
            this.opset = opset;
            this.names = names;
        }

        @Override
        public String tensor(String argument) {
            return switch (argument) {
                case CODES -> names.codes();
                case LEVELS -> names.levels();
                default -> names.scales();
            };
        }

        @Override
        public AttributeProto integers(String name, String argument) {
            return Attributes.integers(name, PackedWeight.this.integers(argument));
        }

        @Override
        public AttributeProto integer(String name, String argument) {
            return Attributes.type(name, type);
        }

        @Override
        public String list(String argument) {
            long[] values = Arrays.stream(PackedWeight.this.integers(argument))
                    .asLongStream()
                    .toArray();
            return graph.integers(opset, values);
        }
    }
}
