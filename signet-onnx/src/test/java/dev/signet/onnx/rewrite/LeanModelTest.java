package dev.signet.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.testkit.OnnxRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeanModelTest {
    private static final String TRACE = "File \"/home/somebody/export.py\", line 7\n".repeat(40);

    /** A Conv, and an If whose branches take its output and a weight from outside. */
    private static OnnxModel model() {
        TestModel model = TestModel.opset(13)
                .input("x", 1, 2, 4, 4)
                .output("y")
                .weights("features.conv.weight", 3, 2, 3, 3)
                .weights("features.scale", 3, 1, 1)
                .weights("features.nobody", 40, 10)
                .initializer(Tensors.floats("limit", ElementType.FLOAT, new int[0], 1e9f))
                .node("Conv", "x features.conv.weight", "features.conv.output")
                .node("ReduceMax", "x", "largest", Attributes.integer("keepdims", 0))
                .node("Less", "largest limit", "small");
        model.node(Attributes.node(
                "If",
                List.of("small"),
                "y",
                branch("then_branch", "Mul", "features.conv.output", "features.scale"),
                branch("else_branch", "Add", "features.conv.output", "features.scale")));
        GraphProto.Builder graph = model.graph();
        graph.setDocString("a small network");
        graph.getInitializerBuilder(0).setDocString("3 filters");
        graph.addValueInfo(TestModel.value("features.conv.output", ElementType.FLOAT, 1, 3, 2, 2));
        graph.getNodeBuilderList()
                .forEach(node -> node.setName("node of " + node.getOutput(0))
                        .setDocString(TRACE)
                        .addMetadataProps(StringStringEntryProto.newBuilder()
                                .setKey("trace")
                                .setValue(TRACE)));
        return model.build();
    }

    private static AttributeProto branch(String name, String operator, String... inputs) {
        NodeProto node = Attributes.node(operator, List.of(inputs), "0").toBuilder()
                .setDocString(TRACE)
                .build();
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(GraphProto.newBuilder()
                        .setName(name)
                        .addNode(node)
                        .addOutput(TestModel.value("0", ElementType.FLOAT, 1, 3, 2, 2)))
                .build();
    }

    private static String text(LeanModel lean) {
        return lean.model().proto().toString();
    }

    @ParameterizedTest
    @EnumSource
    void itComputesTheSameWithoutWhatNobodyUses(Documentation documentation) {
        LeanModel lean = LeanModel.of(model(), documentation);
        ModelProto proto = lean.model().proto();
        assertThat(OnnxRuntime.run(proto, 4)).isEqualTo(OnnxRuntime.run(model().proto(), 4));
        assertThat(proto.getGraph().getInitializerList()).hasSize(3);
        assertThat(proto.getGraph().getInputList())
                .isEqualTo(model().proto().getGraph().getInputList());
        assertThat(proto.getGraph().getOutput(0).getName()).isEqualTo("y");
        assertThat(lean.notes()).anySatisfy(note -> assertThat(note).contains("'features.nobody'", "1,600 bytes"));
    }

    @Test
    void whatExportersWriteGoesAndWhatPeopleWriteStays() {
        LeanModel lean = LeanModel.of(model(), Documentation.LEAN);
        assertThat(text(lean)).doesNotContain("export.py").contains("3 filters", "a small network", "node of small");
        assertThat(lean.model().proto().getGraph().getValueInfoList()).isEmpty();
        assertThat(lean.notes()).anySatisfy(note -> assertThat(note).contains("exporters", "--keep-docs"));
        assertThat(lean.renamed()).isEmpty();
    }

    @Test
    void everythingStaysWhereThatIsAskedFor() {
        LeanModel kept = LeanModel.of(model(), Documentation.KEPT);
        GraphProto graph = kept.model().proto().getGraph();
        assertThat(graph.getNodeList()).isEqualTo(model().proto().getGraph().getNodeList());
        assertThat(graph.getValueInfoCount()).isEqualTo(1);
    }

    @Test
    void strippedNamesAreShortAndMeanTheSame() {
        LeanModel stripped = LeanModel.of(model(), Documentation.STRIPPED);
        assertThat(text(stripped)).doesNotContain("features", "3 filters", "a small network", "node of", "largest");
        // "0" is what the branches call their own results.
        assertThat(stripped.renamed().values())
                .doesNotContain("0")
                .allSatisfy(name -> assertThat(name).hasSizeLessThan(3));
        assertThat(stripped.renamed()).containsKey("features.conv.weight").doesNotContainKeys("x", "y");
        assertThat(stripped.model().proto().getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .contains(stripped.renamed().get("features.conv.weight"));
    }

    @Test
    void anInitializerThatIsAnInputStays() {
        TestModel model = TestModel.opset(13)
                .input("x", 1, 2)
                .input("given", 4, 4)
                .output("y")
                .weights("given", 4, 4)
                .node("Relu", "x", "y");
        LeanModel lean = LeanModel.of(model.build(), Documentation.LEAN);
        assertThat(lean.model().proto().getGraph().getInitializerCount()).isEqualTo(1);
        assertThat(lean.notes()).isEmpty();
    }
}
