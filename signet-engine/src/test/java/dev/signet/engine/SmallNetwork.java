package dev.signet.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;

/**
 * A network of every kind of convolution that the engine treats by itself: a first layer of three channels, 3x3 with
 * BatchNormalization, 5x5, strided, dilated, depthwise, 1x1, transposed, a residual sum, a fully connected end.
 */
final class SmallNetwork {
    static final String INPUT = "x";

    private final Cases cases = new Cases(77);
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
    private int values;

    private SmallNetwork() {}

    /** The input that it takes. */
    static Tensor input() {
        return new Cases(5).tensor(1, 3, 40, 36);
    }

    /** The model, with weights in fp32. */
    static OnnxModel model() {
        SmallNetwork network = new SmallNetwork();
        network.build();
        ModelProto proto = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(network.graph)
                .build();
        return OnnxModel.of(proto, Path.of("small.onnx"));
    }

    private void build() {
        TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int dim : input().shape().dims()) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        graph.addInput(ValueInfoProto.newBuilder()
                .setName(INPUT)
                .setType(TypeProto.newBuilder().setTensorType(type.setShape(shape))));
        String x = node("Relu", convolution(INPUT, 3, 16, 3, 1, 1, 1));
        String y = normalization(convolution(x, 16, 32, 3, 1, 1, 1), 32);
        y = node("Relu", y);
        String residual = y;
        y = convolution(y, 32, 32, 3, 1, 1, 1);
        y = node("Relu", node("Add", y, residual));
        y = node("Relu", convolution(y, 32, 32, 3, 2, 1, 32));
        y = convolution(y, 32, 48, 1, 1, 1, 1);
        y = node("LeakyRelu", convolution(y, 48, 24, 5, 1, 1, 1));
        y = node("Sigmoid", convolution(y, 24, 24, 3, 1, 2, 2));
        String up = value();
        graph.addNode(NodeProto.newBuilder()
                .setOpType("ConvTranspose")
                .addInput(y)
                .addInput(weight(24, 8, 4, 4))
                .addAttribute(list("strides", 2, 2))
                .addAttribute(list("pads", 1, 1, 1, 1))
                .addOutput(up));
        graph.addOutput(ValueInfoProto.newBuilder().setName(up));
        String flat = node("Flatten", node("GlobalAveragePool", y));
        String logits = node("Gemm", flat, constant(cases.tensor(24, 70)), constant(cases.tensor(70)));
        graph.addOutput(ValueInfoProto.newBuilder().setName(logits));
    }

    private String convolution(String x, int channels, int filters, int side, int stride, int dilation, int groups) {
        String y = value();
        int pad = side / 2 * dilation;
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Conv")
                .setName("conv" + y)
                .addInput(x)
                .addInput(weight(filters, channels / groups, side, side))
                .addAttribute(list("strides", stride, stride))
                .addAttribute(list("dilations", dilation, dilation))
                .addAttribute(list("pads", pad, pad, pad, pad))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("group")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(groups))
                .addOutput(y));
        return y;
    }

    // Scaled so that activations keep their size: a sigmoid of large ones would blow rounding errors up.
    private String weight(int... dims) {
        Tensor weight = cases.tensor(dims);
        double inputs = Math.max(4, (double) weight.size() / dims[0]);
        for (int i = 0; i < weight.size(); i++) {
            weight.floats()[i] /= (float) Math.sqrt(inputs);
        }
        return constant(weight);
    }

    private String normalization(String x, int channels) {
        return node(
                "BatchNormalization",
                x,
                constant(cases.positive(channels)),
                constant(cases.tensor(channels)),
                constant(cases.tensor(channels)),
                constant(cases.positive(channels)));
    }

    private static AttributeProto.Builder list(String name, long... values) {
        AttributeProto.Builder list =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            list.addInts(value);
        }
        return list;
    }

    private String node(String operator, String... inputs) {
        String y = value();
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).addOutput(y);
        for (String input : inputs) {
            node.addInput(input);
        }
        graph.addNode(node);
        return y;
    }

    private String constant(Tensor tensor) {
        String name = value();
        graph.addInitializer(OneNode.proto(tensor).setName(name));
        return name;
    }

    private String value() {
        return "v" + values++;
    }
}
