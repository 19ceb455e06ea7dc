package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The model-local function whose calls stand for quantized weights: it expands sign planes and coefficients to a float tensor
 * with standard operators only, so that any runtime with local functions can do it, once, when it loads the model.
 *
 * <p>With G groups of n weights and b bits, the inputs are {@code planes} (uint8, bits in the order of
 * {@link dev.signet.core.MultiBitWeight}), {@code coefficients} [G, 1, b] and {@code offsets} [G, 1, 1], or [1] holding 0 where
 * there are none (fp16 or fp32). Everything else is an attribute.
 *
 * <p>There are two bodies, since runtimes put the body's nodes into the model's graph and then take them for nodes of the
 * <em>model's</em> opset: a body must be right in both.
 */
public enum MultiBitFunction {
    /** For models of opset 10 and later: shapes are lists of integers. */
    CURRENT(13, AttributeType.INTS, "value_ints"),
    /** For models of opset 7 to 9, where Slice's bounds are attributes and a Constant's value is a tensor. */
    OLD(9, AttributeType.TENSOR, "value");

    /** The function's domain. */
    public static final String DOMAIN = "dev.signet";
    /** The function's name. */
    public static final String NAME = "MultiBitWeight";
    /** The version of the domain that the format has. */
    public static final int VERSION = 1;
    /** The first IR version with local functions. */
    public static final int MIN_IR_VERSION = 8;

    /** [G, b, n]. */
    static final String CODES = "codes";
    /** [G * b * n]: where the padding of the last byte starts. */
    static final String CODE_COUNT = "code_count";
    /** [rows, groups in a row * n]. */
    static final String MATRIX = "matrix";
    /** [weights in a row]: where the padding of the last group of a row starts. */
    static final String ROW_LENGTH = "row_length";
    /** The matrix with its rows and columns taken apart. */
    static final String VIEW = "view";
    /** How the view is transposed. */
    static final String PERMUTATION = "perm";
    /** The weight's shape. */
    static final String SHAPE = "shape";
    /** The weight's element type. */
    static final String TYPE = "to";

    // From this opset on, Slice's bounds are inputs.
    private static final int OPSET_OF_SLICE_INPUTS = 10;

    private final int opset;
    private final AttributeType shapeType;
    private final String constantAttribute;

    MultiBitFunction(int opset, AttributeType shapeType, String constantAttribute) {
        this.opset = opset;
        this.shapeType = shapeType;
        this.constantAttribute = constantAttribute;
    }

    /** The function for models of an opset. */
    public static MultiBitFunction forOpset(int modelOpset) {
        return modelOpset >= OPSET_OF_SLICE_INPUTS ? CURRENT : OLD;
    }

    /** Whether {@code node} calls a function of this name; what the function does must be looked up in the model. */
    public static boolean isCall(NodeProto node) {
        return node.getDomain().equals(DOMAIN) && node.getOpType().equals(NAME);
    }

    /** The function of this name that {@code model} brings along. */
    public static Optional<FunctionProto> declared(ModelProto model) {
        return model.getFunctionsList().stream()
                .filter(function -> function.getDomain().equals(DOMAIN)
                        && function.getName().equals(NAME))
                .findFirst();
    }

    /** Whether {@code function} is one of these to the letter, comments aside. */
    public static boolean isKnown(FunctionProto function) {
        FunctionProto bare =
                function.toBuilder().clearDocString().clearMetadataProps().build();
        return Arrays.stream(values())
                .anyMatch(known ->
                        known.proto().toBuilder().clearDocString().build().equals(bare));
    }

    /** The function. */
    public FunctionProto proto() {
        return FunctionProto.newBuilder()
                .setDomain(DOMAIN)
                .setName(NAME)
                .setDocString("A weight tensor as sign planes times coefficients: w = z + a_1 B_1 + ... + a_b B_b.")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .addAllInput(List.of("planes", "coefficients", "offsets"))
                .addOutput("weight")
                .addAllAttribute(List.of(CODES, CODE_COUNT, MATRIX, ROW_LENGTH, VIEW, PERMUTATION, SHAPE, TYPE))
                .addAllNode(signs())
                .addAllNode(sums())
                .addAllNode(arrangement())
                .build();
    }

    /** The attribute of a call that holds a shape. */
    AttributeProto shape(String name, int... shape) {
        return shapeType == AttributeType.INTS
                ? Attributes.integers(name, shape)
                : Attributes.tensor(
                        name,
                        Tensors.longs("", Arrays.stream(shape).asLongStream().toArray()));
    }

    /** Bytes to signs [G, b, n]. */
    private List<NodeProto> signs() {
        List<NodeProto> nodes = new ArrayList<>();
        nodes.add(
                Attributes.node("Constant", List.of(), "table", Attributes.tensor("value", SignTable.tensor("table"))));
        nodes.add(Attributes.node("Constant", List.of(), "flat", ofShape(-1)));
        nodes.add(constant(CODES));
        nodes.add(Attributes.node("Cast", List.of("planes"), "bytes", Attributes.type("to", ElementType.INT32)));
        nodes.add(Attributes.node("Gather", List.of("table", "bytes"), "bits"));
        nodes.add(Attributes.node("Cast", List.of("bits"), "float_bits", Attributes.type("to", ElementType.FLOAT)));
        nodes.add(Attributes.node("Reshape", List.of("float_bits", "flat"), "padded_signs"));
        nodes.addAll(head("padded_signs", 0, CODE_COUNT, "flat_signs"));
        nodes.add(Attributes.node("Reshape", List.of("flat_signs", CODES), "signs"));
        return nodes;
    }

    /** Signs, coefficients and offsets to weights [G, 1, n]. */
    private static List<NodeProto> sums() {
        return List.of(
                Attributes.node("Cast", List.of("coefficients"), "a", Attributes.type("to", ElementType.FLOAT)),
                Attributes.node("Cast", List.of("offsets"), "z", Attributes.type("to", ElementType.FLOAT)),
                Attributes.node("MatMul", List.of("a", "signs"), "products"),
                Attributes.node("Add", List.of("products", "z"), "groups"));
    }

    /** Weights [G, 1, n] to the tensor. */
    private List<NodeProto> arrangement() {
        List<NodeProto> nodes = new ArrayList<>();
        nodes.add(constant(MATRIX));
        nodes.add(constant(VIEW));
        nodes.add(constant(SHAPE));
        nodes.add(Attributes.node("Reshape", List.of("groups", MATRIX), "padded_rows"));
        nodes.addAll(head("padded_rows", 1, ROW_LENGTH, "rows"));
        nodes.add(Attributes.node("Reshape", List.of("rows", VIEW), "taken_apart"));
        nodes.add(Attributes.node(
                "Transpose",
                List.of("taken_apart"),
                "transposed",
                Attributes.reference("perm", AttributeType.INTS, PERMUTATION)));
        nodes.add(Attributes.node("Reshape", List.of("transposed", SHAPE), "float_weight"));
        nodes.add(Attributes.node(
                "Cast", List.of("float_weight"), "weight", Attributes.reference("to", AttributeType.INT, TYPE)));
        return nodes;
    }

    /** Keeps the first elements of an axis, as many as the function's attribute {@code count} says. */
    private List<NodeProto> head(String tensor, int axis, String count, String output) {
        if (this == OLD) {
            return List.of(Attributes.node(
                    "Slice",
                    List.of(tensor),
                    output,
                    Attributes.integers("starts", 0),
                    Attributes.reference("ends", AttributeType.INTS, count),
                    Attributes.integers("axes", axis)));
        }
        String start = output + "_start";
        String axes = output + "_axis";
        return List.of(
                Attributes.node("Constant", List.of(), start, ofShape(0)),
                Attributes.node("Constant", List.of(), axes, ofShape(axis)),
                constant(count),
                Attributes.node("Slice", List.of(tensor, start, count, axes), output));
    }

    private AttributeProto ofShape(int value) {
        return shape(constantAttribute, value);
    }

    /** A tensor called as the attribute whose integers it holds. */
    private NodeProto constant(String attribute) {
        AttributeProto value = Attributes.reference(constantAttribute, shapeType, attribute);
        return Attributes.node("Constant", List.of(), attribute, value);
    }
}
