package dev.signet.engine;

import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import java.util.Random;
import java.util.stream.IntStream;

/** Random cases for the comparison with ONNX Runtime, the same in every run. */
final class Cases {
    private final Random random;

    Cases(int seed) {
        random = new Random(seed * 7919L + 13);
    }

    /** Seeds of a parametrized test. */
    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    /** A number in {@code from..to}, both included. */
    int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    boolean maybe() {
        return random.nextBoolean();
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Normal values. */
    Tensor tensor(int... dims) {
        float[] values = new float[new Shape(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, dims);
    }

    /** Values in 0.5 to 2. */
    Tensor positive(int... dims) {
        float[] values = new float[new Shape(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f + 1.5f * random.nextFloat();
        }
        return Tensor.of(values, dims);
    }

    /** Small integers. */
    Tensor integers(int... dims) {
        long[] values = new long[new Shape(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = between(-9, 9);
        }
        return Tensor.ofLongs(values, dims);
    }

    /** Dimensions of a tensor of {@code rank} dimensions of 1 to {@code most}. */
    int[] dims(int rank, int most) {
        return random.ints(rank, 1, most + 1).toArray();
    }

    /** Numbers in {@code from..to}, as an attribute. */
    long[] list(int length, int from, int to) {
        return random.longs(length, from, to + 1L).toArray();
    }

    /** An opset that the engine knows. */
    int opset(int from) {
        return between(from, 21);
    }
}
