package dev.signet.onnx.tensor;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ExternalData;
import dev.signet.onnx.file.OnnxModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * Reads the values of a model's tensors, whichever way they are stored: raw bytes, typed fields or external files.
 *
 * <p>Nothing is allocated for a tensor before its dimensions, multiplied exactly, were found to be backed by bytes that are
 * really there.
 */
public final class TensorReader {
    /** The most bytes that can be read at once: the longest array that every JVM can make. */
    public static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    private final OnnxModel model;

    /** A reader for the tensors of {@code model}, whose folder has the external data. */
    public TensorReader(OnnxModel model) {
        this.model = model;
    }

    /** The element type of {@code tensor}. */
    public static ElementType type(TensorProto tensor) {
        return ElementType.of(tensor.getDataType());
    }

    /**
     * The shape of {@code tensor}.
     *
     * @throws InputException if a dimension is negative, or their product overflows a {@code long}
     */
    public long[] shape(TensorProto tensor) {
        elements(tensor);
        return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Number of elements that the dimensions claim; 1 for a scalar.
     *
     * @throws InputException if a dimension is negative, or their product overflows a {@code long}
     */
    public long elements(TensorProto tensor) {
        long elements = 1;
        for (int i = 0; i < tensor.getDimsCount(); i++) {
            long dimension = tensor.getDims(i);
            if (dimension < 0) {
                throw bad(tensor, "has the negative dimension " + dimension);
            }
            if (Math.multiplyHigh(elements, dimension) != 0 || elements * dimension < 0) {
                throw bad(tensor, "has dimensions whose product overflows: " + tensor.getDimsList());
            }
            elements *= dimension;
        }
        return elements;
    }

    /**
     * Bytes that the values take in ONNX's raw form.
     *
     * @throws InputException if the type has no fixed size, or the product overflows a {@code long}
     */
    public long bytes(TensorProto tensor) {
        int bits = type(tensor).bits();
        if (bits == 0) {
            throw bad(tensor, "is of type " + typeText(tensor) + ", which has no fixed size");
        }
        try {
            return Math.ceilDiv(Math.multiplyExact(elements(tensor), bits), 8L);
        } catch (ArithmeticException e) {
            throw bad(tensor, "has dimensions whose product overflows: " + tensor.getDimsList());
        }
    }

    /** The tensor with its values inside, wherever the model keeps them. */
    public TensorProto embedded(TensorProto tensor) {
        if (!ExternalData.isExternal(tensor)) {
            return tensor;
        }
        return tensor.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(ByteString.copyFrom(ExternalData.of(model).read(tensor, bytes(tensor))))
                .build();
    }

    /**
     * Checks, without reading, that the values of a number or boolean tensor are there; other types are not looked at.
     *
     * @throws InputException if there are more or fewer than the dimensions say
     */
    public void check(TensorProto tensor) {
        ElementType type = type(tensor);
        elements(tensor);
        if (type.isFloating() || type.isInteger()) {
            if (ExternalData.isExternal(tensor)) {
                ExternalData.of(model).check(tensor, bytes(tensor));
            } else if (tensor.hasRawData()) {
                checkRawSize(tensor);
            } else {
                fieldElements(type, tensor);
            }
        }
    }

    /**
     * The values as fp32, in row-major order: float types and integers, rounded where fp32 can not hold them.
     *
     * @throws InputException if the type is another one, or the data does not match the dimensions
     */
    public float[] floats(TensorProto tensor) {
        ElementType type = type(tensor);
        if (type.isInteger()) {
            long[] integers = longs(tensor);
            float[] values = new float[integers.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = integers[i];
            }
            return values;
        }
        if (!type.isFloating()) {
            throw bad(tensor, "is of type " + typeText(tensor) + " where numbers were expected");
        }
        return isRaw(tensor) ? rawFloats(type, raw(tensor)) : fieldFloats(type, tensor);
    }

    /**
     * As {@link #floats}, without a copy where fp32 is what is stored.
     *
     * @return a buffer at position 0, to be read only
     */
    public FloatBuffer floatBuffer(TensorProto tensor) {
        return type(tensor) == ElementType.FLOAT && isRaw(tensor)
                ? raw(tensor).asFloatBuffer()
                : FloatBuffer.wrap(floats(tensor));
    }

    /**
     * The values of an integer or boolean tensor, in row-major order; uint64 values keep their 64 bits.
     *
     * @throws InputException if the type is another one, or the data does not match the dimensions
     */
    public long[] longs(TensorProto tensor) {
        ElementType type = type(tensor);
        if (!type.isInteger()) {
            throw bad(tensor, "is of type " + typeText(tensor) + " where integers were expected");
        }
        return isRaw(tensor) ? rawLongs(type, raw(tensor)) : fieldLongs(type, tensor);
    }

    /**
     * The bytes of a UINT8 or INT8 tensor.
     *
     * @return a buffer at position 0
     * @throws InputException if the type is another one, or the data does not match the dimensions
     */
    public ByteBuffer rawBytes(TensorProto tensor) {
        if (type(tensor).bits() != 8 || !type(tensor).isInteger()) {
            throw bad(tensor, "is of type " + typeText(tensor) + " where bytes were expected");
        }
        if (isRaw(tensor)) {
            return raw(tensor);
        }
        long[] values = longs(tensor);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteBuffer.wrap(bytes);
    }

    /**
     * The bytes of a tensor that {@link #isRaw}, of any type of a fixed size.
     *
     * @return a buffer at position 0, to be read only
     * @throws InputException if there are more or fewer than the dimensions say, or more than an array can hold
     */
    public ByteBuffer packedBytes(TensorProto tensor) {
        return raw(tensor);
    }

    /**
     * The bytes of a tensor that is stored raw or externally, little-endian, at position 0.
     *
     * @throws InputException if there are more or fewer than the dimensions say, or more than an array can hold
     */
    ByteBuffer raw(TensorProto tensor) {
        long expected = bytes(tensor);
        checkArraySize(tensor, expected);
        if (ExternalData.isExternal(tensor)) {
            return ExternalData.of(model).read(tensor, expected).order(ByteOrder.LITTLE_ENDIAN);
        }
        checkRawSize(tensor);
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The bytes of a tensor that {@link #isRaw} outside of Java's heap, little-endian, at position 0: the file's pages where they
     * are external.
     *
     * @throws InputException if there are more or fewer than the dimensions say, or more than a buffer can hold
     */
    public ByteBuffer direct(TensorProto tensor) {
        long expected = bytes(tensor);
        checkArraySize(tensor, expected);
        if (ExternalData.isExternal(tensor)) {
            return ExternalData.of(model).map(tensor, expected).order(ByteOrder.LITTLE_ENDIAN);
        }
        checkRawSize(tensor);
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(expected)).order(ByteOrder.LITTLE_ENDIAN);
        tensor.getRawData().copyTo(buffer);
        return buffer.flip();
    }

    private void checkRawSize(TensorProto tensor) {
        long expected = bytes(tensor);
        int there = tensor.getRawData().size();
        if (there != expected) {
            throw bad(
                    tensor,
                    String.format(
                            Locale.ROOT,
                            "has %d bytes of data where its dimensions %s of %s need %d",
                            there,
                            tensor.getDimsList(),
                            typeText(tensor),
                            expected));
        }
    }

    /** Whether the values are stored as bytes, inside or in a file, and not in typed fields. */
    public boolean isRaw(TensorProto tensor) {
        return tensor.hasRawData() || ExternalData.isExternal(tensor);
    }

    private static float[] rawFloats(ElementType type, ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / (type.bits() / Byte.SIZE)];
        switch (type) {
            case FLOAT -> bytes.asFloatBuffer().get(values);
            case DOUBLE -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) bytes.getDouble(8 * i);
                }
            }
            case FLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(bytes.getShort(2 * i));
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bfloat16ToFloat(bytes.getShort(2 * i));
                }
            }
            default -> throw new IllegalStateException("not a float type: " + type);
        }
        return values;
    }

    private float[] fieldFloats(ElementType type, TensorProto tensor) {
        float[] values = new float[fieldElements(type, tensor)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case FLOAT -> tensor.getFloatData(i);
                case DOUBLE -> (float) tensor.getDoubleData(i);
                case FLOAT16 -> Float.float16ToFloat((short) tensor.getInt32Data(i));
                case BFLOAT16 -> bfloat16ToFloat((short) tensor.getInt32Data(i));
                default -> throw new IllegalStateException("not a float type: " + type);
            };
        }
        return values;
    }

    private static long[] rawLongs(ElementType type, ByteBuffer bytes) {
        int size = type.bits() / Byte.SIZE;
        long[] values = new long[bytes.remaining() / size];
        for (int i = 0; i < values.length; i++) {
            int at = i * size;
            values[i] = switch (type) {
                case UINT8 -> Byte.toUnsignedLong(bytes.get(at));
                case BOOL -> bytes.get(at) == 0 ? 0 : 1;
                case INT8 -> bytes.get(at);
                case UINT16 -> Short.toUnsignedLong(bytes.getShort(at));
                case INT16 -> bytes.getShort(at);
                case INT32 -> bytes.getInt(at);
                case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
                case INT64, UINT64 -> bytes.getLong(at);
                default -> throw new IllegalStateException("not an integer type: " + type);
            };
        }
        return values;
    }

    private long[] fieldLongs(ElementType type, TensorProto tensor) {
        long[] values = new long[fieldElements(type, tensor)];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type.field()) {
                case INT32_DATA -> tensor.getInt32Data(i);
                case INT64_DATA -> tensor.getInt64Data(i);
                case UINT64_DATA -> tensor.getUint64Data(i);
                default -> throw new IllegalStateException("not an integer type: " + type);
            };
        }
        return values;
    }

    private int fieldElements(ElementType type, TensorProto tensor) {
        long expected = elements(tensor);
        int there = switch (type.field()) {
            case FLOAT_DATA -> tensor.getFloatDataCount();
            case DOUBLE_DATA -> tensor.getDoubleDataCount();
            case INT32_DATA -> tensor.getInt32DataCount();
            case INT64_DATA -> tensor.getInt64DataCount();
            case UINT64_DATA -> tensor.getUint64DataCount();
            case NONE -> 0;
        };
        if (there != expected) {
            throw bad(
                    tensor,
                    String.format(
                            Locale.ROOT,
                            "has %d values where its dimensions %s need %d",
                            there,
                            tensor.getDimsList(),
                            expected));
        }
        return there;
    }

    private void checkArraySize(TensorProto tensor, long bytes) {
        if (bytes > MAX_BYTES) {
            throw bad(
                    tensor,
                    String.format(Locale.ROOT, "takes %d bytes, more than the 2 GB that can be read at once", bytes));
        }
    }

    private static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static String typeText(TensorProto tensor) {
        ElementType type = type(tensor);
        return type == ElementType.UNKNOWN ? "number " + tensor.getDataType() : type.text();
    }

    private InputException bad(TensorProto tensor, String problem) {
        return InputException.of(model.where(tensor), problem, "export the model again");
    }
}
