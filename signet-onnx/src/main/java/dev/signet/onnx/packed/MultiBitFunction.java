package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.signet.onnx.tensor.ElementType;
import java.util.List;
import java.util.Optional;

/**
 * The model-local function whose calls stand for quantized weights: it expands sign planes and coefficients to a float tensor
 * with standard operators only, so that any runtime with local functions can do it, once, when it loads the model.
 *
 * <p>With G groups of n weights and b bits, the inputs are {@code planes} (uint8, bits in the order of
 * {@link dev.signet.core.MultiBitWeight}), {@code coefficients} [G, 1, b] and {@code offsets} [G, 1, 1], or [1] holding 0 where
 * there are none (fp16 or fp32). Everything else is an attribute.
 */
public final class MultiBitFunction {
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

    // The opset of the body, whatever the model's own is: the first where all forms used here are the current ones.
    private static final int BODY_OPSET = 13;

    private MultiBitFunction() {}

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

    /** Whether {@code function} is this one to the letter, comments aside. */
    public static boolean isThis(FunctionProto function) {
        return function.toBuilder()
                .clearDocString()
                .clearMetadataProps()
                .build()
                .equals(proto().toBuilder().clearDocString().build());
    }

    /** The function. */
    public static FunctionProto proto() {
        return FunctionProto.newBuilder()
                .setDomain(DOMAIN)
                .setName(NAME)
                .setDocString("A weight tensor as sign planes times coefficients: w = z + a_1 B_1 + ... + a_b B_b.")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(BODY_OPSET))
                .addAllInput(List.of("planes", "coefficients", "offsets"))
                .addOutput("weight")
                .addAllAttribute(List.of(CODES, CODE_COUNT, MATRIX, ROW_LENGTH, VIEW, PERMUTATION, SHAPE, TYPE))
                .addAllNode(signs())
                .addAllNode(sums())
                .addAllNode(arrangement())
                .build();
    }

    /** Bytes to signs [G, b, n]. */
    private static List<NodeProto> signs() {
        return List.of(
                Attributes.node("Constant", List.of(), "table", Attributes.tensor("value", SignTable.tensor("table"))),
                Attributes.node("Constant", List.of(), "zero", Attributes.integers("value_ints", 0)),
                Attributes.node("Constant", List.of(), "flat", Attributes.integers("value_ints", -1)),
                constant(CODE_COUNT),
                constant(CODES),
                Attributes.node("Cast", List.of("planes"), "bytes", Attributes.type("to", ElementType.INT32)),
                Attributes.node("Gather", List.of("table", "bytes"), "bits"),
                Attributes.node("Cast", List.of("bits"), "float_bits", Attributes.type("to", ElementType.FLOAT)),
                Attributes.node("Reshape", List.of("float_bits", "flat"), "padded_signs"),
                Attributes.node("Slice", List.of("padded_signs", "zero", CODE_COUNT), "flat_signs"),
                Attributes.node("Reshape", List.of("flat_signs", CODES), "signs"));
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
    private static List<NodeProto> arrangement() {
        return List.of(
                constant(MATRIX),
                constant(ROW_LENGTH),
                constant(VIEW),
                constant(SHAPE),
                Attributes.node("Constant", List.of(), "columns", Attributes.integers("value_ints", 1)),
                Attributes.node("Reshape", List.of("groups", MATRIX), "padded_rows"),
                Attributes.node("Slice", List.of("padded_rows", "zero", ROW_LENGTH, "columns"), "rows"),
                Attributes.node("Reshape", List.of("rows", VIEW), "taken_apart"),
                Attributes.node(
                        "Transpose",
                        List.of("taken_apart"),
                        "transposed",
                        Attributes.reference("perm", AttributeType.INTS, PERMUTATION)),
                Attributes.node("Reshape", List.of("transposed", SHAPE), "float_weight"),
                Attributes.node(
                        "Cast",
                        List.of("float_weight"),
                        "weight",
                        Attributes.reference("to", AttributeType.INT, TYPE)));
    }

    /** A tensor called as the attribute whose integers it holds. */
    private static NodeProto constant(String attribute) {
        AttributeProto value = Attributes.reference("value_ints", AttributeType.INTS, attribute);
        return Attributes.node("Constant", List.of(), attribute, value);
    }
}
