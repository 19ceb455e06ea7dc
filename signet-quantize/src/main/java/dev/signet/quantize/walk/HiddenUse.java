package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.WeightTensor;
import java.util.List;

/**
 * A use of a weight that is no layer: in the body of an If, Loop or Scan, in a recurrent or fused operator, as a table. The node runs
 * with the new weights, but what they alone give can not be seen. Good until the walk goes on.
 */
public final class HiddenUse {
    private final NetworkWalk walk;
    private final int node;
    private final NetworkWalk.Weights weights;

    HiddenUse(NetworkWalk walk, int node, NetworkWalk.Weights weights) {
        this.walk = walk;
        this.node = node;
        this.weights = weights;
    }

    /** The weights. */
    public WeightTensor tensor() {
        return weights.tensor();
    }

    /**
     * The node's data in the original network, where its rows, [..., inputs], are what the weights are multiplied with; empty
     * otherwise.
     */
    public List<OnnxTensor> originalRows() {
        return rows(false);
    }

    /** As {@link #originalRows}, behind the quantized prefix. */
    public List<OnnxTensor> quantizedRows() {
        return rows(true);
    }

    private List<OnnxTensor> rows(boolean ofQuantized) {
        NodeProto proto = walk.index().node(node);
        NodeView view = NodeView.of(proto);
        boolean rows = !weights.use().inBody()
                && weights.use().input() == 1
                && switch (proto.getOpType()) {
                    case "LSTM", "GRU", "RNN", "Attention" -> true;
                    case "FusedGemm", "FusedMatMul" -> !view.flag("transA") && !view.flag("transBatchA");
                    default -> false;
                };
        String data = view.input(0);
        return rows && !walk.index().isConstant(data) ? walk.streams().values(data, ofQuantized) : List.of();
    }
}
