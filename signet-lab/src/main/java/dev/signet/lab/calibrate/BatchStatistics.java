package dev.signet.lab.calibrate;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.lab.runtime.ElementTypes;
import dev.signet.onnx.Nodes;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.Tensors;
import java.util.List;
import java.util.Map;

/** BatchNormalization that normalizes with the mean and the variance of the samples instead of those that it stores. */
final class BatchStatistics {
    private static final String MEAN = "signet.mean";
    private static final String VARIANCE = "signet.variance";

    private BatchStatistics() {}

    /**
     * The node with its mean and variance replaced.
     *
     * @param values its input, [samples, channels, ...] for each chunk
     * @param constants receives the new mean and variance
     */
    static NodeProto apply(NodeProto node, List<OnnxTensor> values, Map<String, TensorProto> constants) {
        ChannelMoments moments = ChannelMoments.of(values, 1);
        ElementType type = ElementTypes.of(values.getFirst());
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
        double epsilon = Nodes.attribute(node, "epsilon").map(a -> a.getF()).orElse(1e-5f);
        double[] deviation = new double[variance.length];
        for (int c = 0; c < deviation.length; c++) {
            deviation[c] = Math.sqrt(Math.max(variance[c], 0) + epsilon);
        }
        return deviation;
    }
}
