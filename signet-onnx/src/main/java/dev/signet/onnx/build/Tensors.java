package dev.signet.onnx.build;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.signet.onnx.tensor.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/** Builds TensorProtos, with raw bytes unless it says otherwise. */
public final class Tensors {
    private Tensors() {}

    /**
     * A tensor of a float type, its values rounded to the nearest.
     *
     * @param type FLOAT, FLOAT16, BFLOAT16 or DOUBLE
     * @throws IllegalArgumentException if {@code type} is another one, or there are more or fewer values than {@code shape}
     *     says
     */
    public static TensorProto floats(String name, ElementType type, int[] shape, float... values) {
        ByteBuffer bytes = buffer(values.length, type.bits() / 8);
        for (float value : values) {
            switch (type) {
                case FLOAT -> bytes.putFloat(value);
                case DOUBLE -> bytes.putDouble(value);
                case FLOAT16 -> bytes.putShort(Float.floatToFloat16(value));
                case BFLOAT16 -> bytes.putShort(floatToBfloat16(value));
                default -> throw new IllegalArgumentException("not a float type: " + type);
            }
        }
        return tensor(name, type, shape, values.length, bytes);
    }

    /** A 1-D tensor of 64-bit integers: a shape, axes, bounds. */
    public static TensorProto longs(String name, long... values) {
        ByteBuffer bytes = buffer(values.length, Long.BYTES);
        for (long value : values) {
            bytes.putLong(value);
        }
        return tensor(name, ElementType.INT64, new int[] {values.length}, values.length, bytes);
    }

    /** From this opset on a Constant can be of integers. */
    static final int OPSET_OF_INTEGER_CONSTANTS = 9;

    /** A 1-D tensor of small integers for a Constant in a graph of {@code opset}: floats where it can not be of integers. */
    public static TensorProto integers(int opset, long... values) {
        if (opset >= OPSET_OF_INTEGER_CONSTANTS) {
            return smallLongs("", values);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values[i];
        }
        return floats("", ElementType.FLOAT, new int[] {values.length}, floats);
    }

    /** A 1-D tensor of small 64-bit integers, each of which takes a byte or two. */
    public static TensorProto smallLongs(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(ElementType.INT64.number())
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        return tensor.build();
    }

    /**
     * A tensor of bytes.
     *
     * @param type UINT8 or INT8
     * @throws IllegalArgumentException if there are more or fewer values than {@code shape} says
     */
    public static TensorProto bytes(String name, ElementType type, int[] shape, byte[] values) {
        return tensor(name, type, shape, values.length, ByteBuffer.wrap(values.clone()));
    }

    /**
     * A tensor of whole numbers of 2, 4 or 8 bits.
     *
     * @throws IllegalArgumentException if {@code bytes} are not what {@code shape} takes
     */
    public static TensorProto packed(String name, ElementType type, int[] shape, byte[] bytes) {
        long elements = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        if (Math.ceilDiv(elements * type.bits(), Byte.SIZE) != bytes.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%d bytes do not fill the shape %s", bytes.length, Arrays.toString(shape)));
        }
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.number());
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.setRawData(ByteString.copyFrom(bytes)).build();
    }

    private static ByteBuffer buffer(int elements, int size) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorProto tensor(String name, ElementType type, int[] shape, int elements, ByteBuffer bytes) {
        if (Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact) != elements) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d values do not fill the shape %s", elements, Arrays.toString(shape)));
        }
        // The array is this method's own: nobody writes to it any more.
        ByteString raw = UnsafeByteOperations.unsafeWrap(bytes.rewind());
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.number());
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.setRawData(raw).build();
    }

    // To the nearest, ties to even; NaN stays NaN.
    private static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }
}
