package dev.signet.train.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.node.NodeView;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.Scalars;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How far a batch's statistics are from those that a network's BatchNormalization nodes have stored: the mean over nodes and
 * channels of {@code (m - M)^2 / S^2 + (s / S - 1)^2}, with the batch's mean m and standard deviation s, and M and S as stored. In
 * units of S each channel counts the same; ZeroQ (Cai et al. 2020, arXiv 2001.00281) takes plain differences.
 */
final class StatisticsLoss {
    // Channels that are always nearly zero must not outweigh all others.
    private static final float LEAST_VARIANCE = 1e-4f;

    private record Stored(String input, NDArray mean, NDArray deviation) {}

    private final DifferentiableModel model;
    private final List<Stored> nodes = new ArrayList<>();
    private final List<String> inputs;

    /**
     * The loss of a network.
     *
     * @param manager owns the stored statistics
     * @throws InputException if the network has no BatchNormalization
     */
    StatisticsLoss(DifferentiableModel model, NDManager manager) {
        this.model = model;
        Set<String> seen = new HashSet<>();
        for (NodeProto node : model.model().proto().getGraph().getNodeList()) {
            NDArray mean = model.arrays().get(NodeView.of(node).input(3));
            NDArray variance = model.arrays().get(NodeView.of(node).input(4));
            if (!NodeView.of(node).is("BatchNormalization") || mean == null || variance == null) {
                continue;
            }
            if (seen.add(NodeView.of(node).input(0))) {
                NDArray deviation = variance.maximum(LEAST_VARIANCE).sqrt();
                deviation.attach(manager);
                nodes.add(new Stored(NodeView.of(node).input(0), mean, deviation));
            }
        }
        if (nodes.isEmpty()) {
            throw InputException.of(
                    model.model().where(),
                    "has no BatchNormalization whose statistics images could match (folded ones are gone)",
                    "export it with BatchNormalization as nodes, or quantize without distilled images");
        }
        this.inputs = nodes.stream().map(Stored::input).toList();
    }

    /** Number of BatchNormalization nodes that are matched. */
    int nodes() {
        return nodes.size();
    }

    /** The loss of a batch, differentiable; what is made on the way belongs to the manager of {@code images}. */
    NDArray of(NDArray images) {
        List<NDArray> values = model.forward(images, false, inputs, DifferentiableModel.Observer.NONE);
        NDArray total = images.getManager().zeros(new Shape());
        for (int i = 0; i < nodes.size(); i++) {
            total = total.add(distance(values.get(i), nodes.get(i)));
        }
        return Scalars.divided(total, nodes.size());
    }

    private static NDArray distance(NDArray x, Stored stored) {
        int[] axes = {0, 2, 3};
        long count = x.size() / x.getShape().get(1);
        NDArray mean = Scalars.divided(x.sum(axes, true), count);
        NDArray variance = Scalars.divided(x.sub(mean).square().sum(axes), count);
        NDArray shift = mean.flatten().sub(stored.mean()).div(stored.deviation());
        // A constant channel has a deviation of zero, where the root has no slope.
        NDArray scale = variance.add(1e-8f).sqrt().div(stored.deviation()).sub(1);
        return shift.square().add(scale.square()).mean();
    }
}
