package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sigmoid and Mul become one where they are a SiLU, and only there. */
class SwishFusionTest {
    private static NodeProto node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .build();
    }

    private static ModelProto model(String left, String right, boolean gateIsOutput) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("swish")
                .addInput(ValueInfoProto.newBuilder()
                        .setName("x")
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1))))
                .addNode(node("Neg", "other", "x"))
                .addNode(node("Sigmoid", "gate", "x"))
                .addNode(node("Mul", "y", left, right))
                .addOutput(ValueInfoProto.newBuilder().setName("y"));
        if (gateIsOutput) {
            graph.addOutput(ValueInfoProto.newBuilder().setName("gate"));
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "x, gate, false, Swish",
        "gate, x, false, Swish",
        "x, gate, true, Sigmoid Mul",
        "other, gate, false, Neg Sigmoid Mul",
        "gate, gate, false, Sigmoid Mul"
    })
    void agreesWithOnnxRuntime(String left, String right, boolean gateIsOutput, String operators) throws Exception {
        ModelProto proto = model(left, right, gateIsOutput);
        Tensor x = new Cases(1).tensor(3, 50, 47);
        List<Tensor> expected = OnnxRuntime.run(proto.toByteArray(), Map.of("x", x));
        Network network = Network.of(OnnxModel.of(proto, Path.of("model.onnx")), EngineOptions.DEFAULT);
        List<Tensor> actual = network.run(Workers.CALLER, List.of(x));
        for (int i = 0; i < expected.size(); i++) {
            assertAgree(actual.get(i), expected.get(i), 1e-6);
        }
        List<String> done = network.session(Workers.CALLER, x.shape()).layers().stream()
                .map(Layer::operator)
                .toList();
        assertThat(done).containsSubsequence(operators.split(" "));
        assertThat(done.contains("Swish")).isEqualTo(operators.equals("Swish"));
    }
}
