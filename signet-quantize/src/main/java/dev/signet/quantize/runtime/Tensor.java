package dev.signet.quantize.runtime;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;

/**
 * Values with a shape.
 *
 * @param shape every dimension given
 * @param values row-major
 */
public record Tensor(long[] shape, float[] values) {
    /** A copy of ONNX Runtime's tensor in fp32; a type that has no fp32 form gives no values. */
    public static Tensor of(OnnxTensor tensor) {
        long[] shape = tensor.getInfo().getShape();
        return new Tensor(
                shape,
                switch (tensor.getInfo().type) {
                    case FLOAT, FLOAT16, BFLOAT16 -> array(tensor.getFloatBuffer());
                    case DOUBLE -> {
                        var buffer = tensor.getDoubleBuffer();
                        yield fill(buffer.remaining(), i -> buffer.get(i));
                    }
                    case INT64 -> {
                        var buffer = tensor.getLongBuffer();
                        yield fill(buffer.remaining(), i -> buffer.get(i));
                    }
                    case INT32 -> {
                        var buffer = tensor.getIntBuffer();
                        yield fill(buffer.remaining(), i -> buffer.get(i));
                    }
                    case INT8, UINT8, BOOL -> {
                        var buffer = tensor.getByteBuffer();
                        yield fill(buffer.remaining(), i -> buffer.get(i));
                    }
                    default -> new float[0];
                });
    }

    /**
     * A tensor's values in fp32, whatever floating or integer type it has; an array of the caller's own.
     *
     * @throws IllegalArgumentException if the type is none of numbers
     */
    public static float[] floats(OnnxTensor tensor) {
        float[] values = of(tensor).values();
        if (values.length == 0 && tensor.getInfo().getNumElements() > 0) {
            throw new IllegalArgumentException("no numbers: " + tensor.getInfo().type);
        }
        return values;
    }

    /** Whether a tensor holds numbers of floating point. */
    public static boolean isFloating(OnnxTensor tensor) {
        return switch (tensor.getInfo().type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
            default -> false;
        };
    }

    private interface Element {
        double at(int i);
    }

    private static float[] fill(int length, Element element) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) element.at(i);
        }
        return values;
    }

    private static float[] array(FloatBuffer buffer) {
        // ONNX Runtime's Java side gives a copy of its own, which need not be copied once more.
        if (buffer.hasArray() && buffer.array().length == buffer.remaining()) {
            return buffer.array();
        }
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
