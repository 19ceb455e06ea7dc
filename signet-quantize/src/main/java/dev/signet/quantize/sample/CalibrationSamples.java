package dev.signet.quantize.sample;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.signet.onnx.InputException;
import dev.signet.quantize.runtime.OnnxRuntimeEnvironment;
import dev.signet.quantize.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a network is looked at with.
 *
 * @param chunks for each chunk of samples a tensor for every input of the network
 * @param batchStatistics whether BatchNormalization takes the samples' own statistics
 * @param description for people: "1024 dead-leaves and 512 noise images, renormalized by 19 BatchNormalization nodes"
 */
public record CalibrationSamples(List<Map<String, OnnxTensor>> chunks, boolean batchStatistics, String description)
        implements AutoCloseable {
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
        return new CalibrationSamples(copies, batchStatistics, description);
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
