package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes whose shapes follow from values, and all behind them, against ONNX Runtime. */
class LateNodesTest {
    @ParameterizedTest
    @MethodSource("dev.signet.engine.Cases#seeds")
    void placesOfWhatIsNotZero(int seed) throws Exception {
        Cases cases = new Cases(seed);
        Tensor x = cases.tensor(cases.dims(cases.between(1, 4), 6));
        for (int i = 0; i < x.size(); i++) {
            x.floats()[i] = Math.round(x.floats()[i]);
        }
        OneNode.of("NonZero", cases.opset(9)).input(x).check(1, 0);
    }

    @ParameterizedTest
    @MethodSource("dev.signet.engine.Cases#seeds")
    void ofBoxesThatOverlapOneStays(int seed) throws Exception {
        Cases cases = new Cases(seed);
        int images = cases.between(1, 2);
        int count = cases.between(1, 40);
        Tensor boxes = cases.tensor(images, count, 4);
        boolean centred = cases.maybe();
        for (int i = 0; i < boxes.size(); i++) {
            // Sizes of boxes are not negative.
            boxes.floats()[i] = centred && i % 4 >= 2 ? Math.abs(boxes.floats()[i]) : boxes.floats()[i];
        }
        Tensor scores = cases.tensor(images, cases.between(1, 3), count);
        for (int i = 0; i < scores.size(); i++) {
            // So that some are equal.
            scores.floats()[i] = Math.round(10 * scores.floats()[i]) / 10f;
        }
        OneNode node = OneNode.of("NonMaxSuppression", cases.opset(11))
                .input(boxes)
                .input(scores)
                .constants(cases.between(0, 12))
                .constant(Tensor.of(new float[] {cases.between(0, 9) / 10f}, 1));
        if (cases.maybe()) {
            node.constant(Tensor.of(new float[] {0.25f}, 1));
        }
        node.attribute("center_point_box", centred ? 1 : 0).check(1, 0);
    }

    private static NodeProto node(String operator, List<String> inputs, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .build();
    }

    private static GraphProto branch(String operator, String output) {
        return GraphProto.newBuilder()
                .setName(output)
                .addNode(node(operator, List.of("picked"), output))
                .addOutput(ValueInfoProto.newBuilder().setName(output))
                .build();
    }

    // Features of an image; those above a threshold; of these, behind an If on their largest, something else.
    private static ModelProto network(Cases cases) {
        GraphProto graph = GraphProto.newBuilder()
                .setName("late")
                .addInput(ValueInfoProto.newBuilder()
                        .setName("x")
                        .setType(ai.onnx.proto.OnnxMl.TypeProto.newBuilder()
                                .setTensorType(ai.onnx.proto.OnnxMl.TypeProto.Tensor.newBuilder()
                                        .setElemType(1))))
                .addInitializer(OneNode.proto(cases.tensor(4, 2, 3, 3)).setName("w"))
                .addInitializer(OneNode.proto(Tensor.of(new float[] {0.5f}, 1)).setName("half"))
                .addInitializer(OneNode.proto(Tensor.of(new float[] {3}, 1)).setName("three"))
                .addNode(node("Conv", List.of("x", "w"), "features"))
                .addNode(node("Relu", List.of("features"), "h"))
                .addNode(node("Greater", List.of("h", "half"), "above"))
                .addNode(node("NonZero", List.of("above"), "columns"))
                .addNode(node("Transpose", List.of("columns"), "rows"))
                .addNode(node("GatherND", List.of("h", "rows"), "picked"))
                .addNode(node("ReduceMax", List.of("h"), "most"))
                .addNode(node("Greater", List.of("most", "three"), "many"))
                .addNode(node("Squeeze", List.of("many"), "condition"))
                .addNode(NodeProto.newBuilder()
                        .setOpType("If")
                        .addInput("condition")
                        .addOutput("y")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("then_branch")
                                .setType(AttributeProto.AttributeType.GRAPH)
                                .setG(branch("Neg", "then")))
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("else_branch")
                                .setType(AttributeProto.AttributeType.GRAPH)
                                .setG(branch("Exp", "else"))))
                .addOutput(ValueInfoProto.newBuilder().setName("y"))
                .addOutput(ValueInfoProto.newBuilder().setName("h"))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
    }

    @Test
    void whatComesAfterAValueIsComputedInEveryRunAnew() throws Exception {
        Cases cases = new Cases(7);
        ModelProto proto = network(cases);
        Network network = Network.of(OnnxModel.of(proto, Path.of("model.onnx")), EngineOptions.FASTEST);
        int[] sizes = new int[2];
        Session session =
                network.session(Workers.CALLER, cases.tensor(1, 2, 6, 6).shape());
        for (int run = 0; run < sizes.length; run++) {
            Tensor x = cases.tensor(1, 2, 6, 6);
            for (int i = 0; i < x.size(); i++) {
                x.floats()[i] *= run == 0 ? 0.3f : 3;
            }
            List<Tensor> expected = OnnxRuntime.run(proto.toByteArray(), Map.of("x", x));
            System.arraycopy(x.floats(), 0, session.input(0).floats(), 0, x.size());
            session.run();
            for (int i = 0; i < expected.size(); i++) {
                assertAgree(session.output(i).copy(), expected.get(i), 1e-4);
                assertAgree(network.run(Workers.CALLER, List.of(x)).get(i), expected.get(i), 1e-4);
            }
            sizes[run] = session.output(0).size();
        }
        assertThat(sizes[0]).isPositive().isNotEqualTo(sizes[1]);
    }
}
