package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.MultiBitWeight.CoefficientType;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.Transposition;
import java.util.List;

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

    /** Names of the three inputs of a call. */
    public record InputNames(String planes, String coefficients, String offsets) {}

    /** The inputs of the call, to be stored as initializers. */
    public List<TensorProto> inputs(InputNames names) {
        GroupLayout layout = weight.layout();
        ElementType stored = weight.type() == CoefficientType.FLOAT16 ? ElementType.FLOAT16 : ElementType.FLOAT;
        byte[] planes = weight.planes();
        float[] offsets = weight.offsets();
        return List.of(
                Tensors.bytes(names.planes(), ElementType.UINT8, new int[] {planes.length}, planes),
                Tensors.floats(
                        names.coefficients(),
                        stored,
                        new int[] {layout.groups(), 1, weight.bits()},
                        weight.coefficients()),
                offsets.length == 0
                        ? Tensors.floats(names.offsets(), stored, new int[] {1}, 0)
                        : Tensors.floats(names.offsets(), stored, new int[] {layout.groups(), 1, 1}, offsets));
    }

    /** The call of {@code function}, whose output is the tensor. */
    public NodeProto call(MultiBitFunction function, String nodeName, InputNames names) {
        GroupLayout layout = weight.layout();
        return NodeProto.newBuilder()
                .setDomain(MultiBitFunction.DOMAIN)
                .setOpType(MultiBitFunction.NAME)
                .setName(nodeName)
                .addAllInput(List.of(names.planes(), names.coefficients(), names.offsets()))
                .addOutput(name)
                .addAttribute(
                        function.shape(MultiBitFunction.CODES, layout.groups(), weight.bits(), layout.groupSize()))
                .addAttribute(Attributes.integers(MultiBitFunction.CODE_COUNT, codeCount()))
                .addAttribute(function.shape(
                        MultiBitFunction.MATRIX, layout.rows(), layout.groupsPerRow() * layout.groupSize()))
                .addAttribute(Attributes.integers(MultiBitFunction.ROW_LENGTH, layout.rowLength()))
                .addAttribute(function.shape(MultiBitFunction.VIEW, view))
                .addAttribute(Attributes.integers(MultiBitFunction.PERMUTATION, permutation))
                .addAttribute(function.shape(MultiBitFunction.SHAPE, shape))
                .addAttribute(Attributes.type(MultiBitFunction.TYPE, type))
                .build();
    }

    /** Signs in all planes, without the padding of the last byte. */
    public int codeCount() {
        GroupLayout layout = weight.layout();
        return Math.multiplyExact(Math.multiplyExact(layout.groups(), weight.bits()), layout.groupSize());
    }
}
