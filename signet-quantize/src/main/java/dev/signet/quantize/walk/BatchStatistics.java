package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.tensor.ElementType;
import java.util.Map;

/** BatchNormalization that normalizes with the mean and the variance of the samples instead of those that it stores. */
final class BatchStatistics {
    private static final String MEAN = "signet.mean";
    private static final String VARIANCE = "signet.variance";

    private BatchStatistics() {}

    /**
     * The node with its mean and variance replaced.
     *
     * @param moments of its input's channels
     * @param type of its parameters
     * @param constants receives the new mean and variance
     */
    static NodeProto apply(
            NodeProto node, ChannelMoments moments, ElementType type, Map<String, TensorProto> constants) {
        float[] mean = new float[moments.mean().length];
        float[] variance = new float[mean.length];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = (float) moments.mean()[c];
            variance[c] = (float) (moments.deviation()[c] * moments.deviation()[c]);
        }
        constants.put(MEAN, Tensors.floats("", type, new int[] {mean.length}, mean));
        constants.put(VARIANCE, Tensors.floats("", type, new int[] {mean.length}, variance));
        return node.toBuilder().setInput(3, MEAN).setInput(4, VARIANCE).build();
    }

    /** The standard deviation by which a normalization that stores {@code variance} divides. */
    static double[] deviation(float[] variance, NodeProto node) {
        double epsilon = NodeView.of(node).number("epsilon", 1e-5f);
        double[] deviation = new double[variance.length];
        for (int c = 0; c < deviation.length; c++) {
            deviation[c] = Math.sqrt(Math.max(variance[c], 0) + epsilon);
        }
        return deviation;
    }
}
