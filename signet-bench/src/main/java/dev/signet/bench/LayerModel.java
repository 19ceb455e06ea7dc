package dev.signet.bench;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.rewrite.GraphEdits;
import dev.signet.onnx.rewrite.ModelRewriter;
import dev.signet.onnx.rewrite.Provenance;
import dev.signet.onnx.scan.WeightScan;
import dev.signet.onnx.scan.WeightTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A model of one layer with random weights, in the shapes of a ResNet: what a kernel is measured on.
 *
 * @param kernel {@code conv3x3}, {@code conv1x1} or {@code fc}
 * @param channels input channels
 * @param filters output channels
 * @param size height and width of the image, 1 for {@code fc}
 */
public record LayerModel(String kernel, int channels, int filters, int size) {
    private static final String INPUT = "x";

    /** Reads {@code conv3x3:64-64@56}. @throws IllegalArgumentException if {@code text} is something else */
    public static LayerModel parse(String text) {
        if (!text.matches("(conv3x3|conv1x1|fc):\\d{1,5}-\\d{1,5}@\\d{1,4}")) {
            throw new IllegalArgumentException("not a layer such as conv3x3:64-64@56: " + text);
        }
        String[] parts = text.split("[:@-]", -1);
        return new LayerModel(
                parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
    }

    /** Multiplications and additions of one run. */
    public long products() {
        return (long) channels * filters * size * size * taps();
    }

    private int taps() {
        return kernel.equals("conv3x3") ? 9 : 1;
    }

    private Shape inputShape() {
        return kernel.equals("fc") ? new Shape(1, channels) : new Shape(1, channels, size, size);
    }

    /** A random input. */
    public Tensor input() {
        return random(inputShape(), 1);
    }

    private static Tensor random(Shape shape, int seed) {
        Random random = new Random(seed);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    /** The layer with fp32 weights. */
    public OnnxModel dense() {
        boolean fc = kernel.equals("fc");
        int side = kernel.equals("conv3x3") ? 3 : 1;
        Shape weight = fc ? new Shape(filters, channels) : new Shape(filters, channels, side, side);
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(fc ? "Gemm" : "Conv")
                .addInput(INPUT)
                .addInput("w")
                .addInput("b")
                .addOutput("y");
        if (fc) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName("transB")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(1));
        } else {
            AttributeProto.Builder pads =
                    AttributeProto.newBuilder().setName("pads").setType(AttributeProto.AttributeType.INTS);
            for (int i = 0; i < 4; i++) {
                pads.addInts(side / 2);
            }
            node.addAttribute(pads);
        }
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .setName(kernel)
                        .addInput(info(inputShape()))
                        .addOutput(ValueInfoProto.newBuilder().setName("y"))
                        .addInitializer(initializer("w", random(weight, 2)))
                        .addInitializer(initializer("b", random(new Shape(filters), 3)))
                        .addNode(node))
                .build();
        return new OnnxModel(model, Path.of(kernel + ".onnx"), model.getSerializedSize());
    }

    /** The layer with weights of {@code bits} bits, packed. */
    public OnnxModel packed(int bits) {
        OnnxModel dense = dense();
        Map<WeightTensor, MultiBitWeight> weights = new LinkedHashMap<>();
        for (WeightTensor weight : WeightScan.of(dense).weights()) {
            weights.put(weight, Quantizer.greedy(bits).quantize(weight.matrix()));
        }
        return new ModelRewriter(dense).rewrite(weights, Format.PACKED, Provenance.of(Map.of()), GraphEdits.NONE);
    }

    private static ValueInfoProto info(Shape shape) {
        TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
        for (int dim : shape.dims()) {
            dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(INPUT)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(dims)))
                .build();
    }

    private static TensorProto initializer(String name, Tensor tensor) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        for (int dim : tensor.shape().dims()) {
            proto.addDims(dim);
        }
        for (float value : tensor.floats()) {
            proto.addFloatData(value);
        }
        return proto.build();
    }
}
