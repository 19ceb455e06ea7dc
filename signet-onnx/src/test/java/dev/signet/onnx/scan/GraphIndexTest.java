package dev.signet.onnx.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.TestModel;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.tensor.ElementType;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphIndexTest {
    @Test
    void findsProducersAndUses() {
        GraphIndex index = GraphIndex.of(model().weights("w", 2, 2)
                .node("MatMul", "x w", "a")
                .node("Add", "a a", "y")
                .build());

        assertThat(index.producer("a")).hasValue(0);
        assertThat(index.producer("x")).isEmpty();
        assertThat(index.uses("a")).containsExactly(new GraphIndex.Use(1, 0), new GraphIndex.Use(1, 1));
        assertThat(index.uses("y")).isEmpty();
        assertThat(index.onlyUser("w")).hasValue(0);
        assertThat(index.onlyUser("a")).isEmpty();
        assertThat(index.isOutput("y")).isTrue();
        assertThat(index.isInput("w")).isFalse();
        assertThat(index.initializer("w")).isPresent();
    }

    @Test
    void sortsNodesThatAreOutOfOrder() {
        GraphIndex index = GraphIndex.of(model().node("Relu", "b", "y")
                .node("Relu", "x", "a")
                .node("Relu", "a", "b")
                .build());

        assertThat(index.topologicalOrder()).containsExactly(1, 2, 0);
        assertThat(index.rank(0)).isEqualTo(2);
    }

    @Test
    void keepsTheFilesOrderWhereItCan() {
        GraphIndex index = GraphIndex.of(model().node("Relu", "x", "a")
                .node("Relu", "a", "b")
                .node("Relu", "x", "c")
                .node("Add", "b c", "y")
                .build());

        assertThat(index.topologicalOrder()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void knowsWhatIsConstant() {
        GraphIndex index = GraphIndex.of(model().weights("w", 2, 2)
                .node("Transpose", "w", "t")
                .node("MatMul", "t w", "p")
                .node("RandomNormalLike", "w", "r")
                .node("MatMul", "x p", "y")
                .build());

        assertThat(index.isConstant("p")).isTrue();
        assertThat(index.isConstant("r")).isFalse();
        assertThat(index.isConstant("y")).isFalse();
    }

    @Test
    void countsWhatSubgraphsTakeFromTheMainGraph() {
        GraphProto branch = GraphProto.newBuilder()
                .addNode(Attributes.node("Identity", List.of("w"), "inner"))
                .addOutput(TestModel.value("inner", ElementType.FLOAT, 2, 2))
                .build();
        GraphIndex index = GraphIndex.of(
                model().weights("w", 2, 2).node(conditional(branch)).build());

        assertThat(index.uses("w")).containsExactly(new GraphIndex.Use(0, GraphIndex.CAPTURED));
        assertThat(index.uses("inner")).isEmpty();
    }

    @Test
    void findsTheFollowingBatchNormalization() {
        TestModel model = model().weights("w", 2, 2, 1, 1)
                .weights("s", 2)
                .node("Conv", "x w", "c")
                .node("BatchNormalization", "c s s s s", "n")
                .node("Conv", "n w", "d")
                .node("BatchNormalization", "d s s s s", "e")
                .node("Add", "d e", "y");
        GraphIndex index = GraphIndex.of(model.build());

        assertThat(index.followingBatchNormalization(0)).hasValue(1);
        assertThat(index.followingBatchNormalization(2))
                .as("the sum uses d, too")
                .isEmpty();
        assertThat(index.followingBatchNormalization(4)).isEmpty();
    }

    @Test
    void refusesBrokenGraphs() {
        refuses(model().node("Add", "x b", "a").node("Relu", "a", "b").node("Relu", "b", "y"), "its own output");
        refuses(model().node("Add", "x missing", "y"), "'missing', which nothing makes");
        refuses(model().node("Relu", "x", "y").node("Relu", "x", "y"), "made elsewhere");
        refuses(model().weights("y", 2).node("Relu", "x", "y"), "made elsewhere");
        refuses(model().node("Relu", "x", "z"), "output 'y', which nothing makes");
        refuses(
                model().node(conditional(GraphProto.newBuilder()
                        .addNode(Attributes.node("Identity", List.of("missing"), "inner"))
                        .build())),
                "'missing', which nothing makes");
    }

    private static void refuses(TestModel model, String problem) {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> GraphIndex.of(model.build()))
                .withMessageContaining(problem)
                .withMessageContaining("test.onnx");
    }

    private static NodeProto conditional(GraphProto branch) {
        return NodeProto.newBuilder()
                .setOpType("If")
                .addInput("x")
                .addOutput("y")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(branch))
                .build();
    }

    private static TestModel model() {
        return TestModel.opset(13).input("x", 2, 2).output("y");
    }
}
