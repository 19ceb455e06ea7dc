package dev.signet.onnx.linear;

import dev.signet.onnx.tensor.ElementType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The whole numbers that DequantizeLinear takes, and from which opset on. Several narrow ones share a byte, the first lowest. */
enum LinearType {
    INT2(ElementType.INT2, 2, true, 25),
    UINT2(ElementType.UINT2, 2, false, 25),
    INT4(ElementType.INT4, 4, true, 21),
    UINT4(ElementType.UINT4, 4, false, 21),
    // DequantizeLinear is there from opset 10 on, with a scale for each filter from 13 on.
    INT8(ElementType.INT8, 8, true, 13),
    UINT8(ElementType.UINT8, 8, false, 13);

    private final ElementType type;
    private final int bits;
    private final boolean signed;
    private final int opset;

    LinearType(ElementType type, int bits, boolean signed, int opset) {
        this.type = type;
        this.bits = bits;
        this.signed = signed;
        this.opset = opset;
    }

    static Optional<LinearType> of(ElementType type) {
        return Arrays.stream(values()).filter(known -> known.type == type).findFirst();
    }

    /** The narrowest signed type with room for numbers of {@code bits} bits that {@code opset} has, or null. */
    static @Nullable LinearType narrowest(int bits, int opset) {
        for (LinearType type : values()) {
            if (type.signed && type.bits >= bits && type.opset <= opset) {
                return type;
            }
        }
        return null;
    }

    ElementType type() {
        return type;
    }

    int opset() {
        return opset;
    }

    int lowest() {
        return signed ? -(1 << (bits - 1)) : 0;
    }

    /** Bytes of so many numbers. */
    int bytes(int count) {
        return Math.toIntExact(Math.ceilDiv((long) count * bits, Byte.SIZE));
    }

    byte[] pack(int[] numbers) {
        byte[] bytes = new byte[bytes(numbers.length)];
        int perByte = Byte.SIZE / bits;
        int mask = (1 << bits) - 1;
        for (int i = 0; i < numbers.length; i++) {
            bytes[i / perByte] |= (byte) ((numbers[i] & mask) << (i % perByte * bits));
        }
        return bytes;
    }

    int[] unpack(byte[] bytes, int count) {
        int[] numbers = new int[count];
        int perByte = Byte.SIZE / bits;
        int unused = Integer.SIZE - bits;
        for (int i = 0; i < count; i++) {
            int shifted = bytes[i / perByte] >>> (i % perByte * bits) << unused;
            numbers[i] = signed ? shifted >> unused : shifted >>> unused;
        }
        return numbers;
    }
}
