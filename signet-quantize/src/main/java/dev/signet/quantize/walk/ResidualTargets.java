package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.node.NodeView;
import dev.signet.quantize.runtime.Tensor;
import java.util.Optional;

/**
 * What a layer's outputs should be for the network to go on as the original does: the original outputs, and, where the layer's
 * output is added to another tensor that quantization has changed already (a residual connection), what makes up for that change.
 */
final class ResidualTargets {
    private final Layer layer;
    private final NetworkWalk walk;

    ResidualTargets(Layer layer, NetworkWalk walk) {
        this.layer = layer;
        this.walk = walk;
    }

    /** The wanted outputs of a chunk of samples. */
    float[] outputs(int chunk) {
        Streams streams = walk.streams();
        OnnxTensor original = layer.originalOutputs().get(chunk);
        float[] target = Tensor.floats(original);
        Optional<Residual> residual = Residual.of(walk.index(), layer.node(), streams::hasOriginal)
                .filter(there -> streams.isChanged(there.other()));
        residual.ifPresent(there -> there.makeUp(
                target,
                original,
                streams.values(there.other(), false).get(chunk),
                streams.values(there.other(), true).get(chunk),
                gain(there)));
        return target;
    }

    /** What each channel is multiplied with on its way to the addition; empty for 1. */
    private double[] gain(Residual residual) {
        if (residual.normalization() < 0) {
            return new double[0];
        }
        NodeProto normalization = walk.index().node(residual.normalization());
        double[] deviation = walk.batchStatistics()
                ? layer.originalMoments().deviation().clone()
                : BatchStatistics.deviation(
                        walk.parts().constant(NodeView.of(normalization).input(4)), normalization);
        float[] scale = walk.parts().constant(NodeView.of(normalization).input(1));
        for (int c = 0; c < deviation.length; c++) {
            deviation[c] = scale[c] / deviation[c];
        }
        return deviation;
    }
}
