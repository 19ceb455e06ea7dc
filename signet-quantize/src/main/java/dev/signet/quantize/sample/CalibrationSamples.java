package dev.signet.quantize.sample;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a network is looked at with.
 *
 * @param chunks for each chunk of samples a tensor for every input of the network
 * @param batchStatistics whether BatchNormalization takes the samples' own statistics
 * @param states inputs that hold what an output of the frame before gave, with that output's name; the chunks of a network with
 *     states are one sequence, and hold the states that the original gives
 * @param description for people: "1024 dead-leaves and 512 noise images, renormalized by 19 BatchNormalization nodes"
 */
public record CalibrationSamples(
        List<Map<String, OnnxTensor>> chunks, boolean batchStatistics, Map<String, String> states, String description)
        implements AutoCloseable {
    /** Samples of a network without states. */
    public CalibrationSamples(List<Map<String, OnnxTensor>> chunks, boolean batchStatistics, String description) {
        this(chunks, batchStatistics, Map.of(), description);
    }

    /**
     * What a network gives for each chunk; it hears its own states.
     *
     * @param network gives outputs by name; its inputs are closed by others
     */
    public List<Map<String, Tensor>> through(Function<Map<String, OnnxTensor>, Map<String, Tensor>> network) {
        List<Map<String, Tensor>> outputs = new ArrayList<>();
        Map<String, OnnxTensor> own = Map.of();
        try {
            for (Map<String, OnnxTensor> chunk : chunks) {
                Map<String, OnnxTensor> feeds = new LinkedHashMap<>(chunk);
                feeds.putAll(own);
                Map<String, Tensor> given = network.apply(feeds);
                outputs.add(given);
                own.values().forEach(OnnxTensor::close);
                own = states(chunk, given);
            }
            return outputs;
        } finally {
            own.values().forEach(OnnxTensor::close);
        }
    }

    private Map<String, OnnxTensor> states(Map<String, OnnxTensor> chunk, Map<String, Tensor> given) {
        Map<String, OnnxTensor> next = new LinkedHashMap<>();
        states.forEach((input, output) -> {
            OnnxTensor before = chunk.get(input);
            Tensor after = given.get(output);
            if (before != null && after != null && before.getInfo().getNumElements() == after.values().length) {
                long[] shape = before.getInfo().getShape();
                next.put(
                        input,
                        OnnxRuntimeModel.tensor(
                                new TensorSpec(input, shape, before.getInfo().type), after.values(), shape));
            }
        });
        return next;
    }

    /** The first samples, for another walk (each closes its own): as many chunks as have {@code count} samples or more. */
    public CalibrationSamples copy(int count) {
        List<Map<String, OnnxTensor>> copies = new ArrayList<>();
        long copied = 0;
        for (Map<String, OnnxTensor> chunk : chunks) {
            if (copied >= count) {
                break;
            }
            Map<String, OnnxTensor> copy = new LinkedHashMap<>();
            chunk.forEach((name, tensor) -> copy.put(name, copy(tensor)));
            copies.add(copy);
            long[] shape = chunk.values().iterator().next().getInfo().getShape();
            copied += shape.length == 0 ? 1 : shape[0];
        }
        return new CalibrationSamples(copies, batchStatistics, states, description);
    }

    private static OnnxTensor copy(OnnxTensor tensor) {
        ByteBuffer values = tensor.getByteBuffer();
        ByteBuffer direct = ByteBuffer.allocateDirect(values.remaining()).order(ByteOrder.nativeOrder());
        direct.put(values).flip();
        try {
            return OnnxTensor.createTensor(
                    OnnxRuntimeEnvironment.shared(), direct, tensor.getInfo().getShape(), tensor.getInfo().type);
        } catch (OrtException e) {
            throw InputException.of(
                    "samples", "can not be copied: " + e.getMessage(), "give --samples to use fewer of them", e);
        }
    }

    /** How many samples there are: the sizes of the first dimension. */
    public int count() {
        return chunks.stream()
                .mapToInt(chunk -> {
                    long[] shape = chunk.values().iterator().next().getInfo().getShape();
                    return shape.length == 0 ? 1 : Math.toIntExact(shape[0]);
                })
                .sum();
    }

    /** A copy of each chunk, for a network with one input. */
    public List<Tensor> values() {
        return chunks.stream()
                .map(chunk -> Tensor.of(chunk.values().iterator().next()))
                .toList();
    }

    /** Frees the tensors; those that a walk has closed already are left alone. */
    @Override
    public void close() {
        chunks.forEach(chunk ->
                chunk.values().stream().filter(tensor -> !tensor.isClosed()).forEach(OnnxTensor::close));
    }
}
