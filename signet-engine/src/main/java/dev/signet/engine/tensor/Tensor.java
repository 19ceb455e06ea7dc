package dev.signet.engine.tensor;

import dev.signet.onnx.tensor.ElementType;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Values of a tensor, row-major. Every floating type is held as fp32, every integer type and bool as 64-bit integer: of the
 * two arrays the one for {@code type} holds the values and the other is empty.
 *
 * @param type element type and shape
 * @param floats values of a floating tensor, at least {@code shape.size()}; not copied
 * @param longs values of an integer tensor, at least {@code shape.size()}; not copied
 */
public record Tensor(TensorType type, float[] floats, long[] longs) {
    private static final int SHOWN = 8;
    private static final float[] NO_FLOATS = {};
    private static final long[] NO_LONGS = {};

    /** @throws IllegalArgumentException if the type is neither floating nor integer, or its array is too short */
    public Tensor {
        if (!type.element().isFloating() && !type.element().isInteger()) {
            throw new IllegalArgumentException(
                    "not a type to compute with: " + type.element().text());
        }
        int there = type.element().isFloating() ? floats.length : longs.length;
        if (there < type.shape().size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d values where %s needs %d",
                    there,
                    type.shape(),
                    type.shape().size()));
        }
    }

    /** A tensor of fp32 values. */
    public static Tensor of(float[] values, int... dims) {
        return new Tensor(TensorType.floats(new Shape(dims)), values, NO_LONGS);
    }

    /** A tensor of fp32 values. */
    public static Tensor of(float[] values, Shape shape) {
        return new Tensor(TensorType.floats(shape), values, NO_LONGS);
    }

    /** A tensor of int64 values. */
    public static Tensor ofLongs(long[] values, int... dims) {
        return new Tensor(new TensorType(ElementType.INT64, new Shape(dims)), NO_FLOATS, values);
    }

    /** A tensor of {@code type} with all values 0 and room for {@code capacity} elements. */
    public static Tensor allocate(TensorType type, int capacity) {
        boolean floating = type.element().isFloating();
        return new Tensor(type, floating ? new float[capacity] : NO_FLOATS, floating ? NO_LONGS : new long[capacity]);
    }

    /** A tensor of {@code type} with all values 0. */
    public static Tensor allocate(TensorType type) {
        return allocate(type, type.shape().size());
    }

    /** Whether the values are in {@link #floats}. */
    public boolean isFloating() {
        return type.element().isFloating();
    }

    /** Dimensions. */
    public Shape shape() {
        return type.shape();
    }

    /** Number of elements. */
    public int size() {
        return type.shape().size();
    }

    /** Type, shape and the first values: {@code float [1, 3]: 0.5, -1.0, 2.0}. */
    @Override
    public String toString() {
        int shown = Math.min(size(), SHOWN);
        return IntStream.range(0, shown)
                .mapToObj(i -> isFloating() ? Float.toString(floats[i]) : Long.toString(longs[i]))
                .collect(Collectors.joining(
                        ", ", "%s %s: ".formatted(type.element().text(), type.shape()), shown < size() ? ", ..." : ""));
    }

    /** The array that holds the values: {@code float[]} or {@code long[]}. */
    public Object values() {
        return isFloating() ? floats : longs;
    }

    /** The same values seen as {@code other}, which has as many elements of the same kind. */
    public Tensor as(TensorType other) {
        return new Tensor(other, floats, longs);
    }

    /** A copy with exactly as many values as the shape needs. */
    public Tensor copy() {
        Tensor copy = allocate(type);
        System.arraycopy(values(), 0, copy.values(), 0, size());
        return copy;
    }
}
