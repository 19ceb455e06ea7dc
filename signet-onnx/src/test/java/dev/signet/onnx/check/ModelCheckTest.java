package dev.signet.onnx.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.InputException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCheckTest {
    private static NodeProto.Builder node(String operator) {
        return NodeProto.newBuilder()
                .setName("n")
                .setOpType(operator)
                .addInput("x")
                .addOutput("y");
    }

    private static AttributeProto ints(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    private static GraphProto.Builder graph(NodeProto.Builder... nodes) {
        GraphProto.Builder graph =
                GraphProto.newBuilder().addOutput(ValueInfoProto.newBuilder().setName("y"));
        for (NodeProto.Builder node : nodes) {
            graph.addNode(node);
        }
        return graph;
    }

    private static void check(GraphProto.Builder graph, FunctionProto.Builder... functions) {
        ModelProto.Builder model = ModelProto.newBuilder().setGraph(graph);
        for (FunctionProto.Builder function : functions) {
            model.addFunctions(function);
        }
        ModelCheck.check(model.build(), "m.onnx");
    }

    private static void refuses(String words, GraphProto.Builder graph, FunctionProto.Builder... functions) {
        assertThatThrownBy(() -> check(graph, functions))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("m.onnx", words);
    }

    @ParameterizedTest
    @CsvSource({
        "Conv, strides, 0",
        "Conv, strides, -1",
        "MaxPool, kernel_shape, 0",
        "ConvTranspose, strides, 3000",
        "AveragePool, dilations, 0",
        "Conv, dilations, 9223372036854775807",
        "Conv, pads, -9223372036854775808",
        "ConvTranspose, output_padding, -1",
        "Conv, kernel_shape, 65536",
    })
    void absurdWindowsAreRefusedByName(String operator, String attribute, long value) {
        refuses("node 'n' (" + operator + ")", graph(node(operator).addAttribute(ints(attribute, value, value))));
        refuses(attribute, graph(node(operator).addAttribute(ints(attribute, value, value))));
    }

    @Test
    void windowsOfRealNetworksAreAllowed() {
        assertThatCode(() -> check(graph(
                        node("Conv").addAttribute(ints("strides", 32, 32)).addAttribute(ints("pads", 0, 0, 0, 0)),
                        node("ConvTranspose").addAttribute(ints("strides", 2048)),
                        node("Conv").addAttribute(ints("dilations", 512, 1)),
                        node("MaxPool").addAttribute(ints("kernel_shape", 112, 112)))))
                .doesNotThrowAnyException();
    }

    @Test
    void attributesHaveTheirType() {
        refuses("of type INTS, not INT", graph(node("Conv").addAttribute(ints("group", 2))));
        refuses(
                "size",
                graph(node("LRN")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("size")
                                .setType(AttributeType.INT)
                                .setI(-5))));
    }

    @Test
    void whatHasNoOutputsOrImpossibleInputsIsRefused() {
        refuses("has no outputs", GraphProto.newBuilder());
        for (long side : new long[] {0, 1L << 31, (1L << 32) + 8}) {
            refuses("input 'x'", graph(node("Relu")).addInput(input(1, side)));
        }
        refuses("input 'x'", graph(node("Relu")).addInput(input(1 << 20, 1 << 20)));
        assertThatCode(() -> check(graph(node("Relu")).addInput(input(-1, 3, 224, 224))))
                .doesNotThrowAnyException();
    }

    private static ValueInfoProto input(long... shape) {
        TensorShapeProto.Builder sides = TensorShapeProto.newBuilder();
        for (long side : shape) {
            sides.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(side));
        }
        return ValueInfoProto.newBuilder()
                .setName("x")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setShape(sides)))
                .build();
    }

    @Test
    void shapesThatOverflowAreRefused() {
        for (long[] shape : new long[][] {{-1}, {1L << 33}, {1 << 20, 1 << 20}, {1L << 32, 1L << 32}}) {
            TensorProto.Builder tensor = TensorProto.newBuilder().setName("w");
            for (long side : shape) {
                tensor.addDims(side);
            }
            refuses("tensor 'w'", graph(node("Relu")).addInitializer(tensor));
        }
    }

    private static FunctionProto.Builder function(String name, String... calls) {
        FunctionProto.Builder function =
                FunctionProto.newBuilder().setDomain("d").setName(name);
        for (String call : calls) {
            function.addNode(node(call).setDomain("d"));
        }
        return function;
    }

    @Test
    void functionsThatCallThemselvesAreRefused() {
        GraphProto.Builder graph = graph(node("f").setDomain("d"));
        refuses("calls itself", graph, function("f", "f"));
        refuses("calls itself", graph, function("f", "g"), function("g", "h"), function("h", "f"));
        assertThatCode(() -> check(graph, function("f", "g", "h"), function("g", "h"), function("h")))
                .doesNotThrowAnyException();
    }

    @Test
    void functionsThatExplodeAreRefusedAtOnce() {
        FunctionProto.Builder[] functions = new FunctionProto.Builder[80];
        for (int i = 0; i < functions.length; i++) {
            functions[i] =
                    i == 0 ? function("f0").addNode(node("Relu")) : function("f" + i, "f" + (i - 1), "f" + (i - 1));
        }
        refuses("nodes", graph(node("f79").setDomain("d")), functions);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18, 30})
    void graphsInGraphsHaveALimit(int depth) {
        GraphProto.Builder graph = graph(node("Relu"));
        for (int i = 0; i < depth; i++) {
            graph = graph(node("If")
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("then_branch")
                            .setType(AttributeType.GRAPH)
                            .setG(graph)));
        }
        refuses("deep", graph);
    }

    @Test
    void constantsThatExpandToGigabytesAreRefused() {
        TensorProto.Builder shape = TensorProto.newBuilder()
                .setName("x")
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(2)
                .addInt64Data(1 << 20)
                .addInt64Data(1 << 20);
        refuses("ConstantOfShape", graph(node("ConstantOfShape")).addInitializer(shape));
    }

    @Test
    void tensorsThatGrowToGigabytesAreRefused() {
        GraphProto.Builder graph = graph().addInput(input(1, 3, 8, 8));
        String last = "x";
        for (int i = 0; i < 24; i++) {
            graph.addNode(NodeProto.newBuilder()
                    .setName("double" + i)
                    .setOpType("Concat")
                    .addInput(last)
                    .addInput(last)
                    .addOutput("c" + i));
            last = "c" + i;
        }
        refuses("node 'double", graph);
        TensorProto.Builder scales = TensorProto.newBuilder()
                .setName("s")
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(4);
        for (float[] each : new float[][] {{1, 1, 2000, 2000}, {1, 1, 16, 16}}) {
            GraphProto.Builder resize = graph(NodeProto.newBuilder()
                            .setName("n")
                            .setOpType("Resize")
                            .addInput("x")
                            .addInput("")
                            .addInput("s")
                            .addOutput("y"))
                    .addInput(input(1, 3, 8, 8))
                    .addInitializer(scales.clone()
                            .addFloatData(each[0])
                            .addFloatData(each[1])
                            .addFloatData(each[2])
                            .addFloatData(each[3]));
            if (each[2] > 16) {
                refuses("node 'n' (Resize): enlarges", resize);
            } else {
                assertThatCode(() -> check(resize)).doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Gemm, UINT8, false",
        "Gemm, STRING, false",
        "Gemm, INT64, true",
        "MatMul, BOOL, false",
        "MatMul, INT32, true",
        "Conv, INT8, false",
        "Conv, INT64, false",
        "Conv, BFLOAT16, true",
        "ConvTranspose, FLOAT8E5M2, false",
        "Gather, UINT8, true",
    })
    void weightsHaveATypeThatTheirOperatorTakes(String operator, TensorProto.DataType type, boolean allowed) {
        GraphProto.Builder graph = graph(node(operator).addInput("w"))
                .addInitializer(TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(type.getNumber())
                        .addDims(0));
        if (allowed) {
            assertThatCode(() -> check(graph)).doesNotThrowAnyException();
        } else {
            refuses("node 'n' (" + operator + "): tensor 'w' is of type " + type, graph);
        }
    }

    @Test
    void aTypeThatThereIsNotIsNamedByItsNumber() {
        refuses(
                "tensor 'w' is of type number 99",
                graph(node("Conv").addInput("w"))
                        .addInitializer(TensorProto.newBuilder()
                                .setName("w")
                                .setDataType(99)
                                .addDims(0)));
    }

    @Test
    void anEmptyInitializerAmongTheInputsIsNoInput() {
        TypeProto empty = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(0))))
                .build();
        GraphProto.Builder graph = graph(node("Relu"))
                .addInput(ValueInfoProto.newBuilder().setName("region").setType(empty));
        refuses("input 'region'", graph);
        graph.addInitializer(TensorProto.newBuilder()
                .setName("region")
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(0));
        assertThatCode(() -> check(graph)).doesNotThrowAnyException();
    }
}
