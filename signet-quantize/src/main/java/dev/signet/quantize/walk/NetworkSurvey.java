package dev.signet.quantize.walk;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to walk through a network, learnt from a walk on one chunk of samples.
 *
 * @param liveBytes the most that tensors between nodes take at the same time
 * @param largestBytes the largest tensor that goes into a layer or comes out of one
 * @param inputBytes what the chunk takes
 * @param passedBytes what goes from node to node altogether
 * @param products multiplications of all layers with weights
 */
public record NetworkSurvey(long liveBytes, long largestBytes, long inputBytes, long passedBytes, long products) {
    /**
     * Walks through the original network once.
     *
     * @param chunk a tensor for every input; closed by the walk
     * @param room bytes that the tensors between nodes may take
     * @throws InputException if the network can not be run node by node, or not within the room
     */
    public static NetworkSurvey of(
            OnnxModel model, List<WeightTensor> tensors, Map<String, OnnxTensor> chunk, long room, Compute compute) {
        long inputs = chunk.values().stream().mapToLong(Streams::bytes).sum();
        var walk = new NetworkWalk(model, tensors, false, compute);
        walk.streams().limit(room, model.where());
        var layers = new Layers();
        walk.run(List.of(chunk), layers);
        return new NetworkSurvey(
                walk.streams().mostBytes(),
                layers.largest,
                inputs,
                walk.streams().allBytes(),
                layers.products);
    }

    private static final class Layers implements NetworkWalk.Visitor {
        private long largest;
        private long products;

        @Override
        public @Nullable List<OnnxTensor> visit(Layer layer) {
            OnnxTensor output = layer.originalOutputs().getFirst();
            largest = Math.max(largest, Streams.bytes(output));
            largest = Math.max(largest, Streams.bytes(layer.quantizedInputs().getFirst()));
            products +=
                    output.getInfo().getNumElements() * layer.tensor().view().inputs();
            return null;
        }
    }
}
