package dev.signet.engine;

import static dev.signet.engine.Agreement.assertAgree;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Branches, functions of the model and ONNX Runtime's fused operators, against ONNX Runtime. */
class InliningTest {
    private static final String DOMAIN = "test.functions";

    private final Cases cases = new Cases(9);
    private final Tensor x = cases.tensor(1, 4, 5, 6);

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private static AttributeProto.Builder graph(String name, GraphProto.Builder graph) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph);
    }

    private static ValueInfoProto.Builder value(String name) {
        return ValueInfoProto.newBuilder().setName(name);
    }

    private static ValueInfoProto.Builder input(String name, int type, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int dim : dims) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return value(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)));
    }

    private static ModelProto.Builder model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1))
                .setGraph(graph.setName("graph"));
    }

    private static Network network(ModelProto.Builder proto) {
        return Network.of(OnnxModel.of(proto.build(), Path.of("model.onnx")), EngineOptions.DEFAULT);
    }

    private static void check(ModelProto.Builder proto, Map<String, Tensor> inputs) throws Exception {
        Tensor expected = OnnxRuntime.run(proto.build().toByteArray(), inputs).getFirst();
        Network network = network(proto);
        List<Tensor> given = network.inputs().stream().map(inputs::get).toList();
        assertAgree(network.run(Workers.CALLER, given).getFirst(), expected, 1e-5);
    }

    /** x times w, or the sum of x and w in a branch in the branch, where the values are called the same in both. */
    private ModelProto.Builder branches() {
        GraphProto.Builder product = GraphProto.newBuilder()
                .setName("product")
                .addInitializer(OneNode.proto(cases.tensor(6)).setName("w"))
                .addNode(node("Mul", "t", "x", "w"))
                .addNode(node("Relu", "r", "t"))
                .addOutput(value("r"));
        GraphProto.Builder sum = GraphProto.newBuilder()
                .setName("sum")
                .addInitializer(OneNode.proto(cases.tensor(6)).setName("v"))
                .addNode(node("Add", "s", "x", "v"))
                .addOutput(value("s"));
        GraphProto.Builder difference = GraphProto.newBuilder()
                .setName("difference")
                .addInitializer(OneNode.proto(cases.tensor(6)).setName("v"))
                .addNode(node("Sub", "s", "x", "v"))
                .addOutput(value("s"));
        GraphProto.Builder other = GraphProto.newBuilder()
                .setName("other")
                .addNode(node("Less", "few", "n", "three"))
                .addNode(node("If", "t", "few")
                        .addAttribute(graph("then_branch", sum))
                        .addAttribute(graph("else_branch", difference)))
                .addOutput(value("t"));
        return model(GraphProto.newBuilder()
                .addInput(input("x", TensorProto.DataType.FLOAT_VALUE, 1, 4, 5, 6))
                .addInput(input("n", TensorProto.DataType.INT64_VALUE))
                .addInitializer(OneNode.proto(Tensor.ofLongs(new long[] {1})).setName("one"))
                .addInitializer(OneNode.proto(Tensor.ofLongs(new long[] {3})).setName("three"))
                .addNode(node("Equal", "c", "n", "one"))
                .addNode(node("If", "y", "c")
                        .addAttribute(graph("then_branch", product))
                        .addAttribute(graph("else_branch", other)))
                .addNode(node("Neg", "z", "y"))
                .addOutput(value("z")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aBranchRunsWhenItIsTaken(long n) throws Exception {
        check(branches(), Map.of("x", x, "n", Tensor.ofLongs(new long[] {n})));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aConditionMayBeAConstant(long n) throws Exception {
        ModelProto.Builder model = branches();
        model.getGraphBuilder()
                .removeInput(1)
                .addInitializer(OneNode.proto(Tensor.ofLongs(new long[] {n})).setName("n"));
        check(model, Map.of("x", x));
    }

    @Test
    void aBranchThatCanNotRunIsNoErrorUnlessItIsTaken() {
        GraphProto.Builder right = GraphProto.newBuilder()
                .setName("right")
                .addNode(node("Relu", "r", "x"))
                .addOutput(value("r"));
        GraphProto.Builder wrong = GraphProto.newBuilder()
                .setName("wrong")
                .addInitializer(OneNode.proto(cases.tensor(7)).setName("w"))
                .addNode(node("Mul", "r", "x", "w"))
                .addOutput(value("r"));
        Network network = network(model(GraphProto.newBuilder()
                .addInput(input("x", TensorProto.DataType.FLOAT_VALUE, 1, 4, 5, 6))
                .addInput(input("c", TensorProto.DataType.BOOL_VALUE))
                .addNode(node("If", "y", "c")
                        .addAttribute(graph("then_branch", right))
                        .addAttribute(graph("else_branch", wrong)))
                .addOutput(value("y"))));
        network.run(Workers.CALLER, List.of(x, Tensor.ofLongs(new long[] {1})));
        assertThatThrownBy(() -> network.run(Workers.CALLER, List.of(x, Tensor.ofLongs(new long[] {0}))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("takes a branch");
    }

    private static FunctionProto.Builder function(NodeProto.Builder... nodes) {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain(DOMAIN)
                .setName("Leaky")
                .addInput("a")
                .addInput("b")
                .addAttribute("slope")
                .addOutput("y")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
        for (NodeProto.Builder node : nodes) {
            function.addNode(node);
        }
        return function;
    }

    @Test
    void functionsAreTheirNodes() throws Exception {
        FunctionProto.Builder function = function(
                node("Mul", "t", "a", "b"),
                node("LeakyRelu", "y", "t")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("alpha")
                                .setType(AttributeProto.AttributeType.FLOAT)
                                .setRefAttrName("slope")));
        AttributeProto.Builder slope = AttributeProto.newBuilder()
                .setName("slope")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(0.3f);
        check(
                model(GraphProto.newBuilder()
                                .addInput(input("x", TensorProto.DataType.FLOAT_VALUE, 1, 4, 5, 6))
                                .addInitializer(OneNode.proto(cases.tensor(6)).setName("t"))
                                .addNode(node("Leaky", "u", "x", "t")
                                        .setDomain(DOMAIN)
                                        .addAttribute(slope))
                                .addNode(node("Leaky", "y", "u", "x")
                                        .setDomain(DOMAIN)
                                        .addAttribute(slope))
                                .addOutput(value("y")))
                        .addFunctions(function),
                Map.of("x", x));
    }

    @Test
    void aFunctionThatCallsItselfIsRefused() {
        ModelProto.Builder model = model(GraphProto.newBuilder()
                        .addInput(input("x", TensorProto.DataType.FLOAT_VALUE, 1, 4, 5, 6))
                        .addNode(node("Leaky", "y", "x", "x").setDomain(DOMAIN))
                        .addOutput(value("y")))
                .addFunctions(function(node("Leaky", "y", "a", "b").setDomain(DOMAIN)));
        assertThatThrownBy(() -> network(model))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nests functions");
    }

    // In one dimension: of two ONNX Runtime lays the channels out in blocks,
    // and takes the sum for one that lies so, too.
    @ParameterizedTest
    @CsvSource({"Relu,false", "LeakyRelu,true", "Clip,false", "Sigmoid,true", "HardSigmoid,false", "'',true"})
    void fusedConvolutions(String activation, boolean sum) throws Exception {
        NodeProto.Builder node = node("FusedConv", "y", "x", "w", "b").setDomain("com.microsoft");
        if (sum) {
            node.addInput("z");
        }
        if (!activation.isEmpty()) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName("activation")
                    .setType(AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(activation)));
        }
        int parameters = activation.equals("LeakyRelu") ? 1 : activation.matches("Clip|HardSigmoid") ? 2 : 0;
        if (parameters > 0) {
            AttributeProto.Builder values = AttributeProto.newBuilder()
                    .setName("activation_params")
                    .setType(AttributeProto.AttributeType.FLOATS);
            for (int i = 0; i < parameters; i++) {
                values.addFloats(0.2f + 0.3f * i);
            }
            node.addAttribute(values);
        }
        check(
                model(GraphProto.newBuilder()
                        .addInput(input("x", TensorProto.DataType.FLOAT_VALUE, 1, 4, 30))
                        .addInput(input("z", TensorProto.DataType.FLOAT_VALUE, 1, 6, 28))
                        .addInitializer(OneNode.proto(cases.tensor(6, 4, 3)).setName("w"))
                        .addInitializer(OneNode.proto(cases.tensor(6)).setName("b"))
                        .addNode(node)
                        .addOutput(value("y"))),
                Map.of("x", cases.tensor(1, 4, 30), "z", cases.tensor(1, 6, 28)));
    }
}
