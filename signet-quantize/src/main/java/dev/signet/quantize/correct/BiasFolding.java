package dev.signet.quantize.correct;

import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.walk.Layer;
import dev.signet.quantize.walk.LayerBias;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts shifts of layers' outputs where the file can have them: the mean of the BatchNormalization that follows, or the layer's bias. */
final class BiasFolding {
    private final TensorReader reader;
    private final Map<Integer, float[]> biases = new HashMap<>();
    private final Map<Integer, GraphEdits.BatchNormalization> normalizations = new HashMap<>();

    BiasFolding(OnnxModel model) {
        reader = new TensorReader(model);
    }

    /** What the file changes beside its weights. */
    GraphEdits edits() {
        return new GraphEdits(biases, normalizations);
    }

    /**
     * Adds {@code shift} to the output channels of a layer.
     *
     * @return false where the file has no place for it
     */
    boolean fold(Layer layer, float[] shift) {
        OptionalInt following = layer.graph().followingBatchNormalization(layer.node());
        if (following.isPresent()) {
            Optional<GraphEdits.BatchNormalization> stored = parameters(layer.graph(), following.getAsInt())
                    .filter(parameters -> parameters.mean().length == shift.length);
            if (stored.isPresent()) {
                normalizations.put(following.getAsInt(), shifted(stored.get(), shift));
                return true;
            }
        }
        LayerBias bias = layer.bias();
        if (!bias.isKnown()
                || layer.use().input() == 0
                || layer.proto().getOpType().equals("MatMul")) {
            return false;
        }
        float[] shifted = bias.ofChannels();
        for (int c = 0; c < shifted.length; c++) {
            shifted[c] += shift[c];
        }
        biases.put(layer.node(), shifted);
        return true;
    }

    /** The normalization subtracts its mean: a higher output wants a lower mean. */
    private static GraphEdits.BatchNormalization shifted(GraphEdits.BatchNormalization parameters, float[] shift) {
        float[] mean = parameters.mean().clone();
        for (int c = 0; c < mean.length; c++) {
            mean[c] -= shift[c];
        }
        return new GraphEdits.BatchNormalization(parameters.scale(), parameters.bias(), mean, parameters.variance());
    }

    private Optional<GraphEdits.BatchNormalization> parameters(GraphIndex graph, int node) {
        float[][] values = new float[4][];
        for (int i = 0; i < 4; i++) {
            var initializer = graph.initializer(NodeView.of(graph.node(node)).input(i + 1));
            if (initializer.isEmpty()) {
                return Optional.empty();
            }
            values[i] = reader.floats(initializer.get());
        }
        return Optional.of(new GraphEdits.BatchNormalization(values[0], values[1], values[2], values[3]));
    }
}
