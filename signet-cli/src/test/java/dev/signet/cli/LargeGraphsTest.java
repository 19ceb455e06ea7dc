package dev.signet.cli;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.testkit.TinyModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files with graphs that are long or deep, through all that reads a model ({@link FuzzTarget#MODEL}), in bounded time. */
class LargeGraphsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder = Path.of("");

    private void isReadInTime(ModelProto.Builder model) {
        byte[] bytes = model.build().toByteArray();
        assertTimeoutPreemptively(LIMIT, () -> FuzzTarget.MODEL.feed(bytes, folder.resolve("large.onnx")));
    }

    /** The classifier with nodes between its last two. */
    private static ModelProto.Builder classifier(Iterable<NodeProto> between, String last) {
        ModelProto.Builder model = TinyModels.classifier(4).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        NodeProto gemm = graph.getNode(graph.getNodeCount() - 1);
        graph.removeNode(graph.getNodeCount() - 1);
        between.forEach(graph::addNode);
        graph.addNode(gemm.toBuilder().setInput(0, last));
        return model;
    }

    private static NodeProto.Builder node(String operator, String input, String output) {
        return NodeProto.newBuilder().setOpType(operator).addInput(input).addOutput(output);
    }

    @Test
    void aChainOfThirtyThousandNodes() {
        int length = 30_000;
        var chain = new ArrayList<NodeProto>();
        for (int i = 0; i < length; i++) {
            chain.add(node("Relu", i == 0 ? "f" : "r" + i, "r" + (i + 1)).build());
        }
        Path file = folder.resolve("chain.onnx");
        assertTimeoutPreemptively(
                LIMIT,
                () -> FuzzTarget.MODEL.read(
                        TinyModels.write(file, classifier(chain, "r" + length).build())));
    }

    /** 65,536 nodes when all are inlined. */
    @Test
    void sixteenFunctionsThatEachCallTheOneBeforeTwice() {
        ModelProto.Builder model =
                classifier(List.of(node("f16", "f", "r").setDomain("d").build()), "r");
        model.setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("d").setVersion(1));
        for (int i = 0; i <= 16; i++) {
            FunctionProto.Builder function = FunctionProto.newBuilder()
                    .setDomain("d")
                    .setName("f" + i)
                    .addInput("p")
                    .addOutput("q")
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                    .addOpsetImport(
                            OperatorSetIdProto.newBuilder().setDomain("d").setVersion(1));
            if (i == 0) {
                function.addNode(node("Relu", "p", "q"));
            } else {
                function.addNode(node("f" + (i - 1), "p", "t").setDomain("d"))
                        .addNode(node("f" + (i - 1), "t", "q").setDomain("d"));
            }
            model.addFunctions(function);
        }
        isReadInTime(model);
    }

    /** As deep as is allowed, both branches of each alike, and deeper, which is refused. */
    @ParameterizedTest
    @ValueSource(ints = {9, 18})
    void choicesInChoices(int depth) {
        AttributeProto yes = AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeType.TENSOR)
                .setT(TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.BOOL.getNumber())
                        .addInt32Data(1))
                .build();
        NodeProto constant = NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput("yes")
                .addAttribute(yes)
                .build();
        NodeProto choice = node("Relu", "f", "c0").build();
        for (int i = 1; i <= depth; i++) {
            GraphProto.Builder branch = GraphProto.newBuilder()
                    .setName("b" + i)
                    .addNode(choice)
                    .addOutput(ValueInfoProto.newBuilder().setName("c" + (i - 1)));
            choice = node("If", "yes", "c" + i)
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("then_branch")
                            .setType(AttributeType.GRAPH)
                            .setG(branch))
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("else_branch")
                            .setType(AttributeType.GRAPH)
                            .setG(branch))
                    .build();
        }
        isReadInTime(classifier(List.of(constant, choice), "c" + depth));
    }
}
