package dev.signet.quantize.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.signet.onnx.InputException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Inputs to try a model with, whatever it is made for: seeded noise of the shapes and types that it asks for, open dimensions
 * filled in. Nothing is known about open sides, so several are offered, likely ones first.
 */
public final class TrialInputs {
    // Image sides that networks accept: multiples of 32 pass five halvings; 28 and 299 are MNIST's and Inception's.
    private static final int[] SIDES = {32, 64, 224, 28, 299, 256, 128, 512, 16, 8, 1};

    /** More values than this are no trial any more. */
    private static final long MAX_VALUES = 64L << 20;

    private TrialInputs() {}

    /** Shapes for all inputs, likely ones first; the caller takes the first that the model runs with. */
    public static List<Map<String, long[]>> shapes(List<TensorSpec> inputs) {
        boolean open = inputs.stream()
                .anyMatch(spec -> Arrays.stream(spec.shape()).skip(1).anyMatch(d -> d < 0));
        List<Map<String, long[]>> candidates = new ArrayList<>();
        for (boolean onlyLast : open ? new boolean[] {false, true} : new boolean[] {false}) {
            for (int side : open ? SIDES : new int[] {1}) {
                Map<String, long[]> shapes = new LinkedHashMap<>();
                for (TensorSpec spec : inputs) {
                    shapes.put(spec.name(), filled(spec.shape(), side, onlyLast));
                }
                candidates.add(shapes);
            }
        }
        return candidates;
    }

    /** Open dimensions filled in; {@code onlyLast} leaves batches of 1 wherever they are, as in the states of recurrent networks. */
    private static long[] filled(long[] shape, int side, boolean onlyLast) {
        long[] filled = shape.clone();
        for (int i = 0; i < filled.length; i++) {
            if (filled[i] < 0) {
                // An open first dimension is the batch, an open channel count of an image is most often 3.
                boolean single = i == 0 || (onlyLast && i < shape.length - 1);
                filled[i] = single ? 1 : i == 1 && shape.length == 4 ? 3 : side;
            }
        }
        return filled;
    }

    /**
     * Tensors of the given shapes: noise in 0..1 for floating point, 0 and 1 for integers and booleans.
     *
     * @throws InputException if an input is of a type that no noise can be made for, or is too large
     */
    public static Map<String, OnnxTensor> feeds(List<TensorSpec> inputs, Map<String, long[]> shapes, long seed) {
        var random = new SplittableRandom(seed);
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        for (TensorSpec spec : inputs) {
            long[] shape = shapes.get(spec.name());
            if (shape == null) {
                throw new IllegalArgumentException("no shape for input " + spec.name());
            }
            feeds.put(spec.name(), noise(spec, shape, random));
        }
        return feeds;
    }

    private static OnnxTensor noise(TensorSpec spec, long[] shape, SplittableRandom random) {
        long size = 1;
        for (long d : shape) {
            size = d < 0 || size > MAX_VALUES ? MAX_VALUES + 1 : size * Math.min(d, MAX_VALUES + 1);
        }
        if (size > MAX_VALUES) {
            throw InputException.of(
                    "input '" + spec.name() + "'",
                    "shape %s is too large to try the model with".formatted(Arrays.toString(shape)),
                    "fix the model's input shape or give --input-shape");
        }
        int n = Math.toIntExact(size);
        try {
            return switch (spec.type()) {
                case FLOAT -> OnnxRuntimeModel.floats(noise(n, random), shape);
                case DOUBLE ->
                    OnnxTensor.createTensor(
                            OnnxRuntimeEnvironment.shared(),
                            DoubleBuffer.wrap(random.doubles(n).toArray()),
                            shape);
                case FLOAT16, BFLOAT16 -> {
                    short[] halves = new short[n];
                    for (int i = 0; i < n; i++) {
                        float value = random.nextFloat();
                        halves[i] = spec.type() == OnnxJavaType.FLOAT16
                                ? Float.floatToFloat16(value)
                                : (short) (Float.floatToIntBits(value) >>> 16);
                    }
                    yield OnnxTensor.createTensor(
                            OnnxRuntimeEnvironment.shared(), ShortBuffer.wrap(halves), shape, spec.type());
                }
                case INT64 ->
                    OnnxTensor.createTensor(
                            OnnxRuntimeEnvironment.shared(),
                            LongBuffer.wrap(random.longs(n, 0, 2).toArray()),
                            shape);
                case INT32 ->
                    OnnxTensor.createTensor(
                            OnnxRuntimeEnvironment.shared(),
                            IntBuffer.wrap(random.ints(n, 0, 2).toArray()),
                            shape);
                case INT8, UINT8, BOOL -> {
                    var bytes = ByteBuffer.allocateDirect(n);
                    for (int i = 0; i < n; i++) {
                        bytes.put(i, (byte) random.nextInt(2));
                    }
                    yield OnnxTensor.createTensor(OnnxRuntimeEnvironment.shared(), bytes, shape, spec.type());
                }
                default ->
                    throw InputException.of(
                            "input '" + spec.name() + "'",
                            "type %s can not be tried".formatted(spec.type()),
                            "use a model with numeric inputs");
            };
        } catch (OrtException e) {
            throw InputException.of(
                    "input '" + spec.name() + "'", "can not be made: " + e.getMessage(), "check the model", e);
        }
    }

    private static float[] noise(int n, SplittableRandom random) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
