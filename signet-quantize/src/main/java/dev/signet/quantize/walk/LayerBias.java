package dev.signet.quantize.walk;

import dev.signet.onnx.node.NodeView;

/**
 * What a layer adds to its outputs.
 *
 * @param isKnown whether it is one constant for each channel (zeros for none)
 * @param ofChannels that constant; zeros where it is not known
 */
public record LayerBias(boolean isKnown, float[] ofChannels) {
    static LayerBias of(Layer layer, NodeParts parts) {
        int filters = layer.tensor().view().filters();
        float[] bias = new float[filters];
        String name = NodeView.of(layer.proto()).input(2);
        if (name.isEmpty()) {
            return new LayerBias(true, bias);
        }
        if (!layer.graph().isConstant(name)) {
            return new LayerBias(false, bias);
        }
        float[] stored = parts.constant(name);
        boolean channelsLast =
                layer.proto().getOpType().startsWith("Conv") || layer.use().input() != 0;
        if (stored.length != 1 && (stored.length != filters || !channelsLast)) {
            return new LayerBias(false, bias);
        }
        float beta = NodeView.of(layer.proto()).number("beta", 1f);
        for (int c = 0; c < filters; c++) {
            bias[c] = beta * stored[stored.length == 1 ? 0 : c];
        }
        return new LayerBias(true, bias);
    }
}
