package dev.signet.engine;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;

/** A small network for walks: Conv, BatchNormalization, Relu, a second Conv with the same weight, GlobalAveragePool, Flatten, MatMul. */
final class TwoLayers {
    static final int CHANNELS = 4;

    private TwoLayers() {}

    static Network network() {
        return Network.of(model(), EngineOptions.DEFAULT);
    }

    /** {@code x0} [N, 4, 7, 9] to {@code logits} [N, 3]; the convolutions' weight is {@code c1}, the matrix {@code matrix}. */
    static OnnxModel model() {
        Cases cases = new Cases(4);
        ModelProto conv = OneNode.of("Conv", 13)
                .input(cases.tensor(5, CHANNELS, 7, 9))
                .constant(cases.tensor(CHANNELS, CHANNELS, 3, 3))
                .constant(cases.tensor(CHANNELS))
                .list("pads", 1, 1, 1, 1)
                .model(1);
        ModelProto.Builder model = conv.toBuilder();
        var graph = model.getGraphBuilder();
        for (String name : new String[] {"gamma", "beta", "mean", "variance"}) {
            graph.addInitializer(OneNode.proto(cases.positive(CHANNELS)).setName(name));
        }
        graph.addInitializer(OneNode.proto(cases.tensor(CHANNELS, 3)).setName("matrix"));
        graph.addNode(node("BatchNormalization", "n", "y0", "gamma", "beta", "mean", "variance"))
                .addNode(node("Relu", "r", "n"))
                .addNode(conv.getGraph().getNode(0).toBuilder()
                        .clearInput()
                        .addInput("r")
                        .addInput("c1")
                        .clearOutput()
                        .addOutput("s")
                        .setName("second"))
                .addNode(node("GlobalAveragePool", "p", "s"))
                .addNode(node("Flatten", "f", "p"))
                .addNode(node("MatMul", "logits", "f", "matrix"))
                .clearOutput()
                .addOutput(ValueInfoProto.newBuilder().setName("logits"));
        ModelProto built = model.build();
        return new OnnxModel(built, Path.of("two-layers.onnx"), built.getSerializedSize());
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node;
    }
}
