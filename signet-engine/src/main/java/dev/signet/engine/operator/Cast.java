package dev.signet.engine.operator;

import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.tensor.ElementType;

/** Conversion of single elements between types, with the range and the rounding of the type they are converted to. */
final class Cast {
    private Cast() {}

    /** Converts element {@code i} of {@code from} into element {@code i} of {@code to}. */
    static void element(Tensor from, Tensor to, int i) {
        ElementType type = to.type().element();
        if (to.isFloating()) {
            to.floats()[i] = round(type, from.isFloating() ? from.floats()[i] : from.longs()[i]);
        } else if (type == ElementType.BOOL) {
            to.longs()[i] = (from.isFloating() ? from.floats()[i] != 0 : from.longs()[i] != 0) ? 1 : 0;
        } else {
            to.longs()[i] = wrap(type, from.isFloating() ? (long) from.floats()[i] : from.longs()[i]);
        }
    }

    private static float round(ElementType type, float value) {
        return switch (type) {
            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BFLOAT16 -> roundToBfloat16(value);
            default -> value;
        };
    }

    // Nearest, ties to even; a NaN stays one.
    private static float roundToBfloat16(float value) {
        if (Float.isNaN(value)) {
            return value;
        }
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
    }

    private static long wrap(ElementType type, long value) {
        return switch (type) {
            case INT8 -> (byte) value;
            case UINT8 -> value & 0xff;
            case INT16 -> (short) value;
            case UINT16 -> value & 0xffff;
            case INT32 -> (int) value;
            case UINT32 -> value & 0xffffffffL;
            default -> value;
        };
    }
}
