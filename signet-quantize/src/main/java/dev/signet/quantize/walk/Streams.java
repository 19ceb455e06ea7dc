package dev.signet.quantize.walk;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.InputException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tensors of a network that are needed now, one for each chunk of samples: as the original network has them, and as the
 * quantized one has those that quantization has changed.
 */
final class Streams {
    private final Map<String, List<OnnxTensor>> original = new HashMap<>();
    private final Map<String, List<OnnxTensor>> quantized = new HashMap<>();
    private final Map<String, ChannelMoments> moments = new HashMap<>();
    private final Compute compute;
    private long bytes;
    private long mostBytes;
    private long allBytes;
    private long limit = Long.MAX_VALUE;
    private String where = "";

    Streams(Compute compute) {
        this.compute = compute;
    }

    void put(String name, boolean ofQuantized, List<OnnxTensor> values) {
        long more = values.stream().mapToLong(Streams::bytes).sum();
        bytes += more;
        allBytes += more;
        mostBytes = Math.max(mostBytes, bytes);
        if (bytes > limit) {
            values.forEach(OnnxTensor::close);
            throw InputException.of(
                    where,
                    String.format(
                            Locale.ROOT,
                            "the tensors between its nodes take more than %d MB for one sample",
                            limit / 1_000_000),
                    "give more --memory, or a smaller --input-shape");
        }
        (ofQuantized ? quantized : original).put(name, values);
    }

    /** From now on no more than these bytes may be here; {@code model} is what the message calls the network. */
    void limit(long room, String model) {
        limit = room;
        where = model;
    }

    /** The most bytes that were here at the same time. */
    long mostBytes() {
        return mostBytes;
    }

    /** The bytes of all tensors that ever were here. */
    long allBytes() {
        return allBytes;
    }

    /** Bytes of a tensor's values. */
    static long bytes(OnnxTensor tensor) {
        return tensor.getInfo().getNumElements() * tensor.getInfo().type.size;
    }

    /** A tensor of either stream; up to the first replaced weight both are one. */
    List<OnnxTensor> values(String name, boolean ofQuantized) {
        List<OnnxTensor> values = ofQuantized ? quantized.get(name) : null;
        values = values == null ? original.get(name) : values;
        if (values == null) {
            throw new IllegalStateException("tensor '%s' was closed too early".formatted(name));
        }
        return values;
    }

    /** Whether quantization has changed a tensor. */
    boolean isChanged(String name) {
        return quantized.containsKey(name);
    }

    boolean hasOriginal(String name) {
        return original.containsKey(name);
    }

    /** The moments of a tensor of the original network, which several steps ask for. */
    ChannelMoments originalMoments(String name, int channelAxis) {
        return moments.computeIfAbsent(name, key -> ChannelMoments.of(values(key, false), channelAxis, compute));
    }

    /** Frees a tensor of both streams. */
    void close(String name) {
        moments.remove(name);
        for (var stream : List.of(original, quantized)) {
            List<OnnxTensor> values = stream.remove(name);
            if (values != null) {
                bytes -= values.stream().mapToLong(Streams::bytes).sum();
                values.forEach(OnnxTensor::close);
            }
        }
    }

    void closeAll() {
        for (var stream : List.of(original, quantized)) {
            stream.values().forEach(values -> values.forEach(OnnxTensor::close));
            stream.clear();
        }
    }
}
