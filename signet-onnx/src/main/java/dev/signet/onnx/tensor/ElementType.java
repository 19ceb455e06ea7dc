package dev.signet.onnx.tensor;

import java.util.Locale;

/** The element types of ONNX tensors, with the facts that reading them needs. */
public enum ElementType {
    FLOAT(1, 32, Kind.FLOATING, Field.FLOAT_DATA),
    UINT8(2, 8, Kind.INTEGER, Field.INT32_DATA),
    INT8(3, 8, Kind.INTEGER, Field.INT32_DATA),
    UINT16(4, 16, Kind.INTEGER, Field.INT32_DATA),
    INT16(5, 16, Kind.INTEGER, Field.INT32_DATA),
    INT32(6, 32, Kind.INTEGER, Field.INT32_DATA),
    INT64(7, 64, Kind.INTEGER, Field.INT64_DATA),
    STRING(8, 0, Kind.OTHER, Field.NONE),
    BOOL(9, 8, Kind.INTEGER, Field.INT32_DATA),
    FLOAT16(10, 16, Kind.FLOATING, Field.INT32_DATA),
    DOUBLE(11, 64, Kind.FLOATING, Field.DOUBLE_DATA),
    UINT32(12, 32, Kind.INTEGER, Field.UINT64_DATA),
    UINT64(13, 64, Kind.INTEGER, Field.UINT64_DATA),
    COMPLEX64(14, 64, Kind.OTHER, Field.NONE),
    COMPLEX128(15, 128, Kind.OTHER, Field.NONE),
    BFLOAT16(16, 16, Kind.FLOATING, Field.INT32_DATA),
    FLOAT8E4M3FN(17, 8, Kind.OTHER, Field.NONE),
    FLOAT8E4M3FNUZ(18, 8, Kind.OTHER, Field.NONE),
    FLOAT8E5M2(19, 8, Kind.OTHER, Field.NONE),
    FLOAT8E5M2FNUZ(20, 8, Kind.OTHER, Field.NONE),
    UINT4(21, 4, Kind.OTHER, Field.NONE),
    INT4(22, 4, Kind.OTHER, Field.NONE),
    FLOAT4E2M1(23, 4, Kind.OTHER, Field.NONE),
    FLOAT8E8M0(24, 8, Kind.OTHER, Field.NONE),
    UINT2(25, 2, Kind.OTHER, Field.NONE),
    INT2(26, 2, Kind.OTHER, Field.NONE),
    /** Whatever later versions of ONNX add. */
    UNKNOWN(0, 0, Kind.OTHER, Field.NONE);

    /** What values of a type are; {@code OTHER} ones are carried along and never looked into. */
    private enum Kind {
        FLOATING,
        INTEGER,
        OTHER
    }

    /** The repeated field that holds the values where they are not raw bytes. */
    enum Field {
        FLOAT_DATA,
        DOUBLE_DATA,
        INT32_DATA,
        INT64_DATA,
        UINT64_DATA,
        NONE
    }

    private final int number;
    private final int bits;
    private final Kind kind;
    private final Field field;

    ElementType(int number, int bits, Kind kind, Field field) {
        this.number = number;
        this.bits = bits;
        this.kind = kind;
        this.field = field;
    }

    /** The type with ONNX's {@code TensorProto.DataType} number, {@link #UNKNOWN} if there is none. */
    public static ElementType of(int number) {
        for (ElementType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return UNKNOWN;
    }

    /** ONNX's {@code TensorProto.DataType} number. */
    public int number() {
        return number;
    }

    /** Bits of one element; 0 where they differ from element to element or are not known. */
    public int bits() {
        return bits;
    }

    /** Whether these are float, fp16, bf16 or double: what a weight can be. */
    public boolean isFloating() {
        return kind == Kind.FLOATING;
    }

    /** Whether these are integers of 8 to 64 bits or booleans. */
    public boolean isInteger() {
        return kind == Kind.INTEGER;
    }

    Field field() {
        return field;
    }

    /** The name for messages: {@code float16}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
