package dev.signet.quantize.statistics;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.node.NodeView;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.walk.Layer;
import java.util.Optional;

/** Reads what goes into a layer behind the quantized prefix, and what should come out of it. */
final class SampleReader {
    private SampleReader() {}

    /** How many groups of channels the layer's filters are dealt to. */
    static int groups(Layer layer) {
        return isConvolution(layer.proto())
                ? Math.toIntExact(NodeView.of(layer.proto()).integer("group", 1))
                : 1;
    }

    private static boolean isConvolution(NodeProto node) {
        return node.getOpType().equals("Conv") || node.getOpType().equals("ConvTranspose");
    }

    /**
     * A chunk of the layer's samples: inputs of the quantized stream, outputs of the original one; empty where its geometry has
     * no Gram matrix per filter (a batch of weight matrices).
     */
    static Optional<LayerSamples> samples(Layer layer, int chunk) {
        OnnxTensor input = layer.quantizedInputs().get(chunk);
        OnnxTensor output = layer.originalOutputs().get(chunk);
        long[] in = input.getInfo().getShape();
        long[] out = output.getInfo().getShape();
        float[] x = Tensor.floats(input);
        float[] y = layer.targetOutputs(chunk);
        int filters = layer.tensor().view().filters();
        if (isConvolution(layer.proto())) {
            Window window = Windows.of(layer.proto(), layer.tensor().view().shape(), in, out);
            return Optional.of(new ConvolutionSamples(window, filters, Math.toIntExact(in[0]), x, y));
        }
        return product(layer, in, x, out, y, filters);
    }

    private static Optional<LayerSamples> product(
            Layer layer, long[] in, float[] x, long[] out, float[] y, int filters) {
        int d = layer.tensor().view().inputs();
        if (layer.tensor().view().shape().length != 2 || in.length < 2 || out.length < 2) {
            return Optional.empty();
        }
        boolean weightsFirst = layer.use().input() == 0;
        boolean gemm = layer.proto().getOpType().equals("Gemm");
        boolean turned = gemm && NodeView.of(layer.proto()).integer(weightsFirst ? "transB" : "transA", 0) != 0;
        // alpha scales x: the weights that make y are the stored ones.
        float alpha = gemm ? NodeView.of(layer.proto()).number("alpha", 1f) : 1;
        if (alpha != 1) {
            x = scaled(x, alpha);
        }
        int columns = x.length / d;
        if (!weightsFirst) {
            var inputs = turned ? new ProductSamples.Strided(x, 0, columns, 1) : new ProductSamples.Strided(x, 0, 1, d);
            return Optional.of(new ProductSamples(1, columns, d, inputs, new ProductSamples.Strided(y, 0, 1, filters)));
        }
        int width = turned ? Math.toIntExact(in[in.length - 2]) : Math.toIntExact(in[in.length - 1]);
        int batches = columns / width;
        var inputs =
                turned ? new ProductSamples.Strided(x, 0, 1, d) : new ProductSamples.Strided(x, d * width, width, 1);
        return Optional.of(new ProductSamples(
                batches, width, d, inputs, new ProductSamples.Strided(y, filters * width, width, 1)));
    }

    private static float[] scaled(float[] values, float factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = values[i] * factor;
        }
        return scaled;
    }
}
