package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loops that count, against ONNX Runtime. */
class LoopTest {
    private static NodeProto node(String operator, List<String> inputs, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .build();
    }

    private static ValueInfoProto info(String name, int element, int... dims) {
        TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(element);
        var shape = ai.onnx.proto.OnnxMl.TensorShapeProto.newBuilder();
        for (int dim : dims) {
            shape.addDim(
                    ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type.setShape(shape)))
                .build();
    }

    private static TensorProto scalar(String name, int element, long value) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(element);
        return element == 9
                ? tensor.addInt32Data((int) value).build()
                : tensor.addInt64Data(value).build();
    }

    // v = v * factor + x * round, and half of each v; factor belongs to the body, x to the graph around it.
    private static ModelProto model(int opset, int rounds, String condition) {
        GraphProto.Builder body = GraphProto.newBuilder()
                .setName("body")
                .addInput(info("round", 7))
                .addInput(info("go", 9))
                .addInput(info("v", 1, 2, 3))
                .addInitializer(OneNode.proto(Tensor.of(new float[] {0.5f}, 1)).setName("factor"))
                .addNode(node(condition, List.of(condition.equals("Not") ? "stop" : "go"), "goOn"))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Cast")
                        .addInput("round")
                        .addOutput("number")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("to")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(1)))
                .addNode(node("Mul", List.of("v", "factor"), "less"))
                .addNode(node("Mul", List.of("x", "number"), "more"))
                .addNode(node("Add", List.of("less", "more"), "next"))
                .addNode(node("Mul", List.of("next", "factor"), "row"))
                .addOutput(info("goOn", 9))
                .addOutput(info("next", 1, 2, 3))
                .addOutput(info("row", 1, 2, 3));
        if (condition.equals("Not")) {
            body.addInitializer(scalar("stop", 9, 0));
        }
        GraphProto graph = GraphProto.newBuilder()
                .setName("loop")
                .addInput(info("x", 1, 2, 3))
                .addInitializer(scalar("rounds", 7, rounds))
                .addInitializer(scalar("yes", 9, 1))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Loop")
                        .addInput("rounds")
                        .addInput("yes")
                        .addInput("x")
                        .addOutput("last")
                        .addOutput("rows")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("body")
                                .setType(AttributeProto.AttributeType.GRAPH)
                                .setG(body)))
                .addNode(node("Relu", List.of("rows"), "positive"))
                .addOutput(info("last", 1, 2, 3))
                .addOutput(ValueInfoProto.newBuilder().setName("positive"))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph)
                .build();
    }

    private static Network network(ModelProto proto) {
        return Network.of(OnnxModel.of(proto, Path.of("model.onnx")), EngineOptions.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"11, 1", "11, 4", "13, 3", "17, 7"})
    void agreesWithOnnxRuntime(int opset, int rounds) throws Exception {
        ModelProto proto = model(opset, rounds, "Identity");
        Tensor x = new Cases(rounds).tensor(2, 3);
        List<Tensor> expected = OnnxRuntime.run(proto.toByteArray(), Map.of("x", x));
        List<Tensor> actual = network(proto).run(Workers.CALLER, List.of(x));
        for (int i = 0; i < expected.size(); i++) {
            assertAgree(actual.get(i), expected.get(i), 1e-6);
        }
    }

    @Test
    void aLoopWhoseConditionIsComputedIsRefused() {
        assertThatThrownBy(() -> network(model(13, 3, "Not")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Loop");
        assertThatThrownBy(() -> network(model(13, Integer.MAX_VALUE, "Identity")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Loop");
    }
}
