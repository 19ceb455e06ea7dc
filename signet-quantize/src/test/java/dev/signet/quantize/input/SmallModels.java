package dev.signet.quantize.input;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Models of a few nodes, written to files. */
final class SmallModels {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");

    SmallModels input(String name, int type, long... shape) {
        graph.addInput(value(name, type, shape));
        return this;
    }

    SmallModels output(String name, long... shape) {
        graph.addOutput(value(name, TensorProto.DataType.FLOAT.getNumber(), shape));
        return this;
    }

    SmallModels floats(String name, float[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        for (long d : shape) {
            tensor.addDims(d);
        }
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Initializers become Constant nodes in front of all others, as some exporters write them. */
    SmallModels asConstantNodes() {
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        for (TensorProto tensor : graph.getInitializerList()) {
            graph.addNode(NodeProto.newBuilder()
                    .setOpType("Constant")
                    .addOutput(tensor.getName())
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("value")
                            .setType(AttributeProto.AttributeType.TENSOR)
                            .setT(tensor)));
        }
        graph.clearInitializer().addAllNode(nodes);
        return this;
    }

    SmallModels strided(String output, String input, String weight, long... strides) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName("strides").setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(strides).forEach(attribute::addInts);
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Conv")
                .addOutput(output)
                .addInput(input)
                .addInput(weight)
                .addAttribute(attribute));
        return this;
    }

    SmallModels node(String operator, String output, String... inputs) {
        graph.addNode(
                NodeProto.newBuilder().setOpType(operator).addOutput(output).addAllInput(List.of(inputs)));
        return this;
    }

    SmallModels transpose(String output, String input, long... order) {
        AttributeProto.Builder perm =
                AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(order).forEach(perm::addInts);
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Transpose")
                .addOutput(output)
                .addInput(input)
                .addAttribute(perm));
        return this;
    }

    Path write(Path folder) throws IOException {
        Path file = folder.resolve("small.onnx");
        Files.write(
                file,
                ModelProto.newBuilder()
                        .setIrVersion(7)
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
                        .setGraph(graph)
                        .build()
                        .toByteArray());
        return file;
    }

    private static ValueInfoProto value(String name, int type, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (int i = 0; i < shape.length; i++) {
            dimensions.addDim(
                    shape[i] < 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("d" + i)
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(shape[i]));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions)))
                .build();
    }
}
