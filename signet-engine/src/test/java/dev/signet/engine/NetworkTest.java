package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.core.compute.Workers;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a network says about itself, and how it answers what it can not run. */
class NetworkTest {
    private final Cases cases = new Cases(1);
    private final Tensor x = cases.tensor(2, 3, 19, 17);

    private OneNode conv() {
        return OneNode.of("Conv", 13)
                .input(x)
                .constant(cases.tensor(40, 3, 3, 3))
                .list("pads", 1, 1, 1, 1);
    }

    private static Network network(ModelProto proto) {
        return Network.of(OnnxModel.of(proto, Path.of("model.onnx")), EngineOptions.DEFAULT);
    }

    private static ModelProto with(ModelProto model, NodeProto.Builder... nodes) {
        ModelProto.Builder changed = model.toBuilder();
        for (NodeProto.Builder node : nodes) {
            changed.getGraphBuilder().addNode(node);
        }
        return changed.build();
    }

    @Test
    void namesItsInputsAndOutputs() {
        Network network = network(conv().model(1));
        assertThat(network.inputs()).containsExactly("x0");
        assertThat(network.outputs()).containsExactly("y0");
        assertThat(network.inputDims(0)).containsExactly(2, 3, 19, 17);
        assertThat(network.weightBytes()).isEqualTo(4 * 40 * 27);
    }

    @Test
    void workersShareTheWork() {
        Tensor expected = conv().inEngine(1, Workers.CALLER).getFirst();
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int count = 2; count <= 4; count++) {
                OneNode same = OneNode.of("Conv", 13)
                        .input(x)
                        .constant(new Cases(9).tensor(40, 3, 3, 3))
                        .list("pads", 1, 1, 1, 1);
                Tensor one = same.inEngine(1, Workers.CALLER).getFirst();
                assertThat(same.inEngine(1, Workers.of(pool, count)).getFirst().floats())
                        .isEqualTo(one.floats());
            }
        }
        assertThat(expected.shape()).isEqualTo(new Shape(2, 40, 19, 17));
    }

    @Test
    void sessionsCanBeRunAgain() {
        Network network = network(conv().model(1));
        Session session = network.session(Workers.CALLER, x.shape());
        System.arraycopy(x.floats(), 0, session.input(0).floats(), 0, x.size());
        session.run();
        Tensor first = session.output(0).copy();
        session.run();
        assertThat(session.output(0).copy().floats()).isEqualTo(first.floats());
        assertAgree(network.run(x), first, 0);
    }

    @Test
    void listsAllUnsupportedOperators() {
        ModelProto model = with(
                conv().model(1),
                NodeProto.newBuilder().setOpType("Unique").addInput("y0").addOutput("a"),
                NodeProto.newBuilder().setOpType("Unique").addInput("y0").addOutput("b"),
                NodeProto.newBuilder()
                        .setDomain("com.acme")
                        .setOpType("Secret")
                        .addInput("a")
                        .addOutput("c"));
        assertThatThrownBy(() -> network(model))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("model.onnx", "Unique (2 nodes)", "com.acme.Secret");
    }

    @Test
    void refusesValuesThatAreNotDefinedOrDefinedTwice() {
        NodeProto.Builder unknown = NodeProto.newBuilder()
                .setName("n")
                .setOpType("Relu")
                .addInput("z")
                .addOutput("a");
        assertThatThrownBy(() -> network(with(conv().model(1), unknown)))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("node 'n' (Relu)", "'z'");
        NodeProto.Builder twice =
                NodeProto.newBuilder().setOpType("Relu").addInput("x0").addOutput("y0");
        assertThatThrownBy(() -> network(with(conv().model(1), twice)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'y0' is defined twice");
    }

    /** Large enough for several tasks of several parts, broadcast or not. */
    @ParameterizedTest
    @ValueSource(strings = {"Relu", "LeakyRelu"})
    void sumsTakeTheActivationThatFollows(String activation) throws Exception {
        Tensor a = cases.tensor(2, 3, 101, 97);
        for (Tensor b : List.of(cases.tensor(2, 3, 101, 97), cases.tensor(3, 1, 1), cases.tensor(97))) {
            ModelProto sum = OneNode.of("Add", 13).input(a).input(b).model(1);
            ModelProto.Builder both = sum.toBuilder();
            both.getGraphBuilder()
                    .addNode(NodeProto.newBuilder()
                            .setOpType(activation)
                            .addInput("y0")
                            .addOutput("z"))
                    .clearOutput()
                    .addOutput(ValueInfoProto.newBuilder().setName("z"));
            Tensor expected = OnnxRuntime.run(both.build().toByteArray(), Map.of("x0", a, "x1", b))
                    .getFirst();
            Network network = network(both.build());
            try (ForkJoinPool pool = new ForkJoinPool(2)) {
                assertAgree(network.run(a, b), expected, 1e-7);
                assertAgree(network.run(Workers.of(pool, 2), List.of(a, b)).getFirst(), expected, 1e-7);
            }
        }
    }

    @Test
    void refusesOldOperatorSets() {
        assertThatThrownBy(() -> OneNode.of("Relu", 6).input(x).inEngine(1, Workers.CALLER))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("operator set 6");
    }

    @Test
    void refusesInputsOfTheWrongShapeOrType() {
        Network network = network(conv().model(1));
        assertThatThrownBy(() -> network.run(cases.tensor(1, 4, 19, 17)))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("input 'x0'", "2x3x19x17", "1x4x19x17");
        assertThatThrownBy(() -> network.run(cases.integers(2, 3, 19, 17)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("int64");
        assertThatThrownBy(() -> network.run(Workers.CALLER, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has 1 inputs where 0 were given");
    }

    @Test
    void refusesShapesThatNeedMoreMemoryThanThereIs() {
        OneNode huge = OneNode.of("ConstantOfShape", 9).constants(1 << 15, 1 << 15, 1);
        assertThatThrownBy(() -> huge.inEngine(1, Workers.CALLER))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("memory");
        OneNode larger = OneNode.of("ConstantOfShape", 9).constants(1 << 20, 1 << 20);
        assertThatThrownBy(() -> larger.inEngine(1, Workers.CALLER))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("larger than an array");
    }

    @Test
    void saysWhichNodeDoesNotFit() {
        OneNode wrong = OneNode.of("Conv", 13).input(x).constant(cases.tensor(4, 5, 3, 3));
        assertThatThrownBy(() -> wrong.inEngine(1, Workers.CALLER))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("model.onnx: node 'node' (Conv)", "2x3x19x17", "4x5x3x3");
    }
}
