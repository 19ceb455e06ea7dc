package dev.signet.quantize.sample;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.onnx.InputException;
import dev.signet.quantize.input.NetworkInput;
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Tensors for all inputs of a network together: the same samples in each. */
final class Feeds {
    private final List<NetworkInput> inputs;
    private final OnnxRuntimeModel runtime;
    private final ParallelLoop loop;

    /** @param loop what samples are drawn with: each for itself, unless the network hands its states on */
    Feeds(List<NetworkInput> inputs, OnnxRuntimeModel runtime, ParallelLoop loop) {
        this.inputs = inputs;
        this.runtime = runtime;
        this.loop = loop;
    }

    /**
     * Chunks of samples.
     *
     * @param samples at least so many; a fixed batch gives as many as fill it
     * @param most samples of a chunk, where the batch is open
     * @param drawing the values of an input for the i-th sample, or the i-th fixed batch
     */
    List<Map<String, OnnxTensor>> chunks(int samples, int most, BiFunction<NetworkInput, Integer, float[]> drawing) {
        boolean stateful = inputs.stream().anyMatch(input -> input.kind() instanceof NetworkInput.State);
        boolean open = inputs.stream().allMatch(Feeds::isOpen) && !stateful;
        int perChunk = open ? Math.min(most, samples) : 1;
        int runs = open ? samples : Math.max(1, Math.ceilDiv(samples, fixedBatch()));
        return stateful ? oneAfterTheOther(runs, drawing) : together(runs, perChunk, drawing);
    }

    private List<Map<String, OnnxTensor>> together(
            int runs, int perChunk, BiFunction<NetworkInput, Integer, float[]> drawing) {
        List<Map<String, OnnxTensor>> chunks =
                new ArrayList<>(Collections.nCopies(Math.ceilDiv(runs, perChunk), Map.of()));
        try {
            loop.run(chunks.size(), i -> {
                int first = i * perChunk;
                chunks.set(i, feeds(first, Math.min(perChunk, runs - first), drawing));
            });
            return chunks;
        } catch (RuntimeException e) {
            chunks.forEach(chunk -> chunk.values().forEach(OnnxTensor::close));
            throw e;
        }
    }

    private List<Map<String, OnnxTensor>> oneAfterTheOther(
            int runs, BiFunction<NetworkInput, Integer, float[]> drawing) {
        List<Map<String, OnnxTensor>> chunks = new ArrayList<>();
        Map<String, float[]> states = new HashMap<>();
        for (int run = 0; run < runs; run++) {
            Map<String, OnnxTensor> chunk = feeds(run, 1, (input, sample) -> {
                float[] state = states.get(input.spec().name());
                return state != null && state.length == input.length() ? state : drawing.apply(input, sample);
            });
            remember(chunk, states);
            chunks.add(chunk);
        }
        return chunks;
    }

    /** One chunk that begins with a sample. */
    Map<String, OnnxTensor> one(int sample, int batch, BiFunction<NetworkInput, Integer, float[]> drawing) {
        return feeds(sample, batch, drawing);
    }

    private static boolean isOpen(NetworkInput input) {
        boolean same = input.kind() instanceof NetworkInput.Constant && input.shape().length < 2;
        return same || (input.shape().length > 0 && input.shape()[0] < 0);
    }

    private int fixedBatch() {
        NetworkInput main = inputs.getFirst();
        boolean batched = main.shape().length == 4 && main.shape()[0] > 1;
        return batched ? Math.toIntExact(main.shape()[0]) : 1;
    }

    /** Runs the network for the states that the next frame begins with. */
    private void remember(Map<String, OnnxTensor> chunk, Map<String, float[]> states) {
        Map<String, Tensor> outputs = runtime.run(chunk);
        for (NetworkInput input : inputs) {
            if (input.kind() instanceof NetworkInput.State(String output)) {
                Tensor state = outputs.get(output);
                if (state != null) {
                    states.put(input.spec().name(), state.values());
                }
            }
        }
    }

    private Map<String, OnnxTensor> feeds(int first, int samples, BiFunction<NetworkInput, Integer, float[]> drawing) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        for (NetworkInput input : inputs) {
            boolean open = input.shape().length > 0 && input.shape()[0] < 0;
            int count = open ? samples : 1;
            float[] values = new float[Math.multiplyExact(count, input.length())];
            loop.run(
                    count,
                    i -> System.arraycopy(
                            drawing.apply(input, first + i), 0, values, i * input.length(), input.length()));
            feeds.put(input.spec().name(), tensor(input, values, input.shape(samples)));
        }
        return feeds;
    }

    private static OnnxTensor tensor(NetworkInput input, float[] values, long[] shape) {
        OnnxJavaType type = input.spec().type();
        OrtEnvironment environment = OnnxRuntimeEnvironment.shared();
        try {
            return switch (type) {
                case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> OnnxRuntimeModel.tensor(input.spec(), values, shape);
                case INT64 -> {
                    long[] longs = new long[values.length];
                    for (int i = 0; i < longs.length; i++) {
                        longs[i] = (long) values[i];
                    }
                    yield OnnxTensor.createTensor(environment, LongBuffer.wrap(longs), shape);
                }
                case INT32 -> {
                    int[] ints = new int[values.length];
                    for (int i = 0; i < ints.length; i++) {
                        ints[i] = (int) values[i];
                    }
                    yield OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), shape);
                }
                case INT16 -> {
                    short[] shorts = new short[values.length];
                    for (int i = 0; i < shorts.length; i++) {
                        shorts[i] = (short) values[i];
                    }
                    yield OnnxTensor.createTensor(environment, ShortBuffer.wrap(shorts), shape, type);
                }
                case INT8, UINT8, BOOL -> {
                    var bytes = ByteBuffer.allocateDirect(values.length);
                    for (int i = 0; i < values.length; i++) {
                        bytes.put(i, (byte) (int) values[i]);
                    }
                    yield OnnxTensor.createTensor(environment, bytes, shape, type);
                }
                default ->
                    throw InputException.of(
                            "input '" + input.spec().name() + "'",
                            "is of type %s, expected numbers".formatted(type),
                            "use a model with numeric inputs");
            };
        } catch (OrtException e) {
            throw InputException.of(
                    "input '" + input.spec().name() + "'", "can not be made: " + e.getMessage(), "check the model", e);
        }
    }
}
