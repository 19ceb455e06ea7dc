package dev.signet.onnx.packed;

import ai.onnx.proto.OnnxMl.AttributeProto;

/** What a call gives to the decoding of a weight: tensors and integers. */
interface DecodeArguments {
    /** The codes: bytes. */
    String CODES = "c";
    /** Coefficients and, last, the offset: of each group, or shared by all. */
    String LEVELS = "a";
    /** The groups' factors, where they share levels. */
    String SCALES = "s";

    /** How many codes there are, and how many more the last unit has room for. */
    String CUT = "cut";
    /** Rows and groups in a row times group size. */
    String MATRIX = "matrix";
    /** Weights in a row, and how many more its groups have room for. */
    String ROW = "row";
    /** How many rows there are. */
    String ROWS = "rows";
    /** The matrix with its rows and columns taken apart. */
    String SHAPE = "shape";
    /** How that is transposed. */
    String PERMUTATION = "perm";
    /** The weight's shape, where the transposed one is not. */
    String END = "end";
    /** The weight's element type. */
    String TYPE = "to";

    /** The name of a tensor: {@link #CODES}, {@link #LEVELS} or {@link #SCALES}. */
    String tensor(String argument);

    /** A node's attribute {@code name} that has the list of integers {@code argument}. */
    AttributeProto integers(String name, String argument);

    /** A node's attribute {@code name} that has the integer {@code argument}. */
    AttributeProto integer(String name, String argument);

    /** The name of a 1-D tensor that holds the list of integers {@code argument}. */
    String list(String argument);
}
