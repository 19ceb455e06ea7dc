package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import java.util.List;
import java.util.function.Supplier;

/** One layer of a walk: a node with its weights, on all samples. Good until the walk goes on. */
public final class Layer {
    private final NetworkWalk walk;
    private final int node;
    private final NetworkWalk.Weights weights;
    private final List<OnnxTensor> outputs;

    Layer(NetworkWalk walk, int node, NetworkWalk.Weights weights, List<OnnxTensor> outputs) {
        this.walk = walk;
        this.node = node;
        this.weights = weights;
        this.outputs = outputs;
    }

    public int node() {
        return node;
    }

    public NodeProto proto() {
        return walk.index().node(node);
    }

    public WeightTensor tensor() {
        return weights.tensor();
    }

    public WeightUse use() {
        return weights.use();
    }

    public GraphIndex graph() {
        return walk.index();
    }

    /** The name of the data input: the one that is not the weights. */
    private String dataInput() {
        return NodeView.of(proto()).input(weights.use().input() == 0 ? 1 : 0);
    }

    /** The layer's inputs behind the quantized prefix, a tensor for each chunk of samples. */
    public List<OnnxTensor> quantizedInputs() {
        return walk.streams().values(dataInput(), true);
    }

    /** The layer's outputs in the original network. */
    public List<OnnxTensor> originalOutputs() {
        return outputs;
    }

    /** Mean and deviation of the original outputs' channels; only where there is a {@link #channelAxis}. */
    public ChannelMoments originalMoments() {
        return walk.streams().originalMoments(NodeView.of(proto()).output(), channelAxis());
    }

    /** The dimension of the output that counts the layer's filters; -1 where none does. */
    public int channelAxis() {
        int rank = outputs.getFirst().getInfo().getShape().length;
        if (proto().getOpType().startsWith("Conv")) {
            return 1;
        }
        // A product with the weights on the left has its filters in the last dimension but one.
        return weights.use().input() == 0 ? rank - 2 : rank - 1;
    }

    /** What the layer adds to its output. */
    public LayerBias bias() {
        return LayerBias.of(this, walk.parts());
    }

    /** {@link ResidualTargets#outputs} of a chunk of samples. */
    public float[] targetOutputs(int chunk) {
        return new ResidualTargets(this, walk).outputs(chunk);
    }

    /**
     * Runs the layer on the quantized stream's inputs; from now on the quantized stream has these weights wherever the tensor is
     * used.
     *
     * @param weight makes the tensor's new values, each time that they are needed: what is held is the small form
     */
    public List<OnnxTensor> runWith(Supplier<TensorProto> weight) {
        walk.replace(weights.tensor(), weight);
        return walk.run(node, true);
    }

    /**
     * Outputs of {@link #runWith} put through {@code scale * y + added} for each channel, as if the layer had been run again with
     * weights that are scaled so.
     *
     * @param weight makes the scaled weights
     * @param added what must be added to each output channel then
     */
    public List<OnnxTensor> adjusted(
            List<OnnxTensor> given, Supplier<TensorProto> weight, double[] scale, double[] added) {
        walk.replace(weights.tensor(), weight);
        return ChannelAffine.apply(walk.parts(), given, channelAxis(), scale, added);
    }
}
