package dev.signet.quantize.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.SmallNetwork;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SensitivityTest {
    /** A weight does the same damage wherever the model keeps it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWeightInAConstantNodeIsMeasuredAsAnInitializerIs(boolean asConstant) {
        SmallNetwork network = new SmallNetwork(3).input("x", -1, 3, 8, 8).noise("w", 4, 3, 3, 3);
        network.node("Conv", "y", List.of("x", "w")).output("y");
        ModelProto plain = network.proto();
        OnnxModel model = OnnxModel.of(asConstant ? constant(plain) : plain, Path.of("small.onnx"));
        List<WeightTensor> weights = SmallNetwork.weights(model);
        try (Sensitivity sensitivity = Sensitivity.open(model, weights, SmallNetwork.samples(4, 1, 2, 3, 8, 8), 1)) {
            float[] halved = weights.getFirst().matrix().values();
            for (int i = 0; i < halved.length; i++) {
                halved[i] /= 2;
            }
            WeightTensor weight = weights.getFirst();
            assertThat(sensitivity.noise(weight, weight.toTensorOrder(halved)))
                    .hasValueSatisfying(noise -> assertThat(noise).isBetween(0.2, 0.4));
        }
    }

    private static ModelProto constant(ModelProto model) {
        TensorProto weight = model.getGraph().getInitializer(0);
        NodeProto node = NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput(weight.getName())
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(weight))
                .build();
        GraphProto graph = model.getGraph().toBuilder()
                .clearInitializer()
                .clearNode()
                .addNode(node)
                .addAllNode(model.getGraph().getNodeList())
                .build();
        return model.toBuilder().setGraph(graph).build();
    }
}
