package dev.signet.lab.baseline;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.ConvolutionGeometry;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.sample.CalibrationSamples;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gram matrices of what layers get in the original network, for two-dimensional convolutions and products; other layers have none.
 */
public final class InputGrams {
    /** Longer rows have Gram matrices that take too long. */
    private static final int LONGEST = 2304;

    /** Windows of a layer that are looked at for each sample, at most. */
    private static final int WINDOWS = 256;

    private InputGrams() {}

    /** The Gram matrices of each tensor, one for each channel group. */
    public static Map<WeightTensor, double[][]> of(
            OnnxModel model, List<WeightTensor> tensors, CalibrationSamples samples, int threads) {
        ModelProto.Builder open = model.proto().toBuilder();
        Set<String> there = new HashSet<>();
        open.getGraph().getOutputList().forEach(output -> there.add(output.getName()));
        open.getGraph().getInputList().forEach(input -> there.add(input.getName()));
        Map<WeightTensor, NodeProto> layers = new HashMap<>();
        for (WeightTensor tensor : tensors) {
            WeightUse use = tensor.uses().getFirst();
            boolean known = use.operator().equals("Conv")
                    || use.operator().equals("Gemm")
                    || use.operator().equals("MatMul");
            if (known && use.isLayer() && use.input() == 1 && tensor.view().inputs() <= LONGEST) {
                NodeProto node = model.proto().getGraph().getNode(use.node());
                layers.put(tensor, node);
                if (there.add(node.getInput(0))) {
                    open.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(node.getInput(0)));
                }
            }
        }
        Map<WeightTensor, double[][]> grams = new HashMap<>();
        try (OnnxRuntimeModel runtime =
                OnnxRuntimeModel.open(model.where(), open.build().toByteArray(), threads)) {
            for (Map<String, OnnxTensor> chunk : samples.chunks()) {
                Map<String, Tensor> seen = new HashMap<>(runtime.run(chunk));
                chunk.forEach((name, tensor) -> seen.put(name, Tensor.of(tensor)));
                layers.forEach((tensor, node) -> {
                    Tensor input = seen.get(node.getInput(0));
                    if (input != null) {
                        add(tensor, node, input, grams);
                    }
                });
            }
        }
        return grams;
    }

    private static void add(WeightTensor tensor, NodeProto node, Tensor input, Map<WeightTensor, double[][]> grams) {
        int d = tensor.view().inputs();
        if (!node.getOpType().equals("Conv")) {
            double[] gram = grams.computeIfAbsent(tensor, key -> new double[1][d * d])[0];
            double[] row = new double[d];
            for (int start = 0; start + d <= input.values().length; start += d) {
                for (int i = 0; i < d; i++) {
                    row[i] = input.values()[start + i];
                }
                add(gram, row);
            }
            return;
        }
        long[] shape = input.shape();
        int[] weight = tensor.shape();
        if (shape.length != 4 || weight.length != 4) {
            return;
        }
        var geometry = ConvolutionGeometry.of(NodeView.of(node), new int[] {weight[2], weight[3]});
        double[][] own = grams.computeIfAbsent(tensor, key -> new double[geometry.group()][d * d]);
        add(own, input, geometry, d);
    }

    private static void add(double[][] grams, Tensor input, ConvolutionGeometry geometry, int d) {
        long[] shape = input.shape();
        int channels = Math.toIntExact(shape[1]);
        int height = Math.toIntExact(shape[2]);
        int width = Math.toIntExact(shape[3]);
        int kernel = geometry.kernel()[0] * geometry.kernel()[1];
        int perGroup = channels / grams.length;
        int rows = outputs(height, geometry, 0);
        int columns = outputs(width, geometry, 1);
        int step = Math.max(1, rows * columns / WINDOWS);
        double[] window = new double[d];
        for (int image = 0; image < shape[0]; image++) {
            for (int at = image % step; at < rows * columns; at += step) {
                int top = at / columns * geometry.strides()[0] - before(height, rows, geometry, 0);
                int left = at % columns * geometry.strides()[1] - before(width, columns, geometry, 1);
                for (int g = 0; g < grams.length; g++) {
                    for (int i = 0; i < d; i++) {
                        int channel = image * channels + g * perGroup + i / kernel;
                        int y = top + i % kernel / geometry.kernel()[1] * geometry.dilations()[0];
                        int x = left + i % geometry.kernel()[1] * geometry.dilations()[1];
                        boolean inside = y >= 0 && y < height && x >= 0 && x < width;
                        window[i] = inside ? input.values()[(channel * height + y) * width + x] : 0;
                    }
                    add(grams[g], window);
                }
            }
        }
    }

    private static int outputs(int side, ConvolutionGeometry geometry, int dimension) {
        int stride = geometry.strides()[dimension];
        if (geometry.autoPad().isSame()) {
            return Math.ceilDiv(side, stride);
        }
        int padded = side + geometry.padsBefore()[dimension] + geometry.padsAfter()[dimension];
        return Math.max(0, (padded - geometry.reach(dimension)) / stride + 1);
    }

    private static int before(int side, int outputs, ConvolutionGeometry geometry, int dimension) {
        if (!geometry.autoPad().isSame()) {
            return geometry.padsBefore()[dimension];
        }
        int total = (outputs - 1) * geometry.strides()[dimension] + geometry.reach(dimension) - side;
        return geometry.autoPad().before(Math.max(0, total));
    }

    private static void add(double[] gram, double[] row) {
        int d = row.length;
        for (int i = 0; i < d; i++) {
            double x = row[i];
            if (x != 0) {
                for (int j = 0; j < d; j++) {
                    gram[i * d + j] += x * row[j];
                }
            }
        }
    }
}
