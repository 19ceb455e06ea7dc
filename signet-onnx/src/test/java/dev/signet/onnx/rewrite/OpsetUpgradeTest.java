package dev.signet.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.testkit.OnnxRuntime;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpsetUpgradeTest {
    private static TestModel image(int opset) {
        return TestModel.opset(opset).input("x", 1, 3, 8, 8).output("y");
    }

    private static ModelProto raised(ModelProto model, int from, int to) {
        return OpsetUpgrade.of(model, from, to).model().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"7,13", "9,21", "11,21", "11,25", "13,25", "17,21", "18,25"})
    void outputsStayTheSame(int from, int to) {
        ModelProto model = image(from)
                .weights("w", 4, 3, 3, 3)
                .node("Conv", "x w", "c")
                .node("Relu", "c", "r")
                .node(
                        "ReduceMean",
                        "r",
                        "m",
                        from < 18 ? Attributes.integers("axes", 2) : Attributes.integer("keepdims", 1))
                .node("ReduceMax", "r", "b")
                .node("Add", "m b", "s")
                .node("Sigmoid", "s", "y")
                .proto();

        ModelProto raised = raised(model, from, to);

        assertThat(raised.getOpsetImport(0).getVersion()).isEqualTo(to);
        assertThat(OnnxRuntime.run(raised, 8)).isEqualTo(OnnxRuntime.run(model, 8));
    }

    @ParameterizedTest
    @CsvSource({"11,13", "11,21", "13,21"})
    void listsThatWereAttributesAreInputs(int from, int to) {
        TestModel model = image(from);
        NodeProto.Builder split = NodeProto.newBuilder()
                .setOpType("Split")
                .addInput("x")
                .addOutput("a")
                .addOutput("b")
                .addAttribute(Attributes.integer("axis", 2));
        if (from < 13) {
            split.addAttribute(Attributes.integers("split", 4, 4));
            model.node(split.build()).node("Unsqueeze", "a", "c", Attributes.integers("axes", 0));
            model.node("Squeeze", "c", "d", Attributes.integers("axes", 0))
                    .node("Dropout", "d", "e", Attributes.integer("x", 1));
            model.graph()
                    .getNodeBuilder(3)
                    .setAttribute(
                            0,
                            Attributes.integer("ratio", 0).toBuilder()
                                    .clearI()
                                    .setF(0.1f)
                                    .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.FLOAT));
        } else {
            model.node(split.build()).node("Identity", "a", "e");
        }
        ModelProto source = model.node("Add", "e b", "y").proto();
        assertThat(OnnxRuntime.run(raised(source, from, to), 8)).isEqualTo(OnnxRuntime.run(source, 8));
    }

    /** Before opset 13 Softmax took all dimensions from its axis on for one. */
    @ParameterizedTest
    @CsvSource({"Softmax,11", "Upsample,9", "GridSample,16", "GroupNormalization,18", "NewInTheFuture,13"})
    void whatMeansSomethingElseStandsInTheWay(String operator, int from) {
        ModelProto model = image(from).node(operator, "x", "y").proto();
        OpsetUpgrade.Outcome outcome = OpsetUpgrade.of(model, from, 25);
        assertThat(outcome.model()).isEqualTo(Optional.empty());
        assertThat(outcome.obstacle()).contains(operator);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 21})
    void whatBodiesHaveStandsInTheWayToo(int to) {
        TestModel body = TestModel.opset(11).output("t").node("Softmax", "x", "t");
        ModelProto model = image(11)
                .node("If", "c", "y", Attributes.integer("then_branch", 0))
                .proto();
        ModelProto.Builder built = model.toBuilder();
        built.getGraphBuilder()
                .getNodeBuilder(0)
                .getAttributeBuilder(0)
                .clearI()
                .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.GRAPH)
                .setG(body.proto().getGraph());
        assertThat(OpsetUpgrade.of(built.build(), 11, to).obstacle()).contains("Softmax");
    }
}
