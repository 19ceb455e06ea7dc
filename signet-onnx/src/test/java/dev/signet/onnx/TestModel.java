package dev.signet.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Builds small ONNX models. */
public final class TestModel {
    private final ModelProto.Builder model = ModelProto.newBuilder();
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final Random random = new Random(1);

    private TestModel(int opset, int irVersion) {
        model.setIrVersion(irVersion)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
    }

    /** A model of IR version 7. */
    public static TestModel opset(int opset) {
        return new TestModel(opset, 7);
    }

    public static TestModel opset(int opset, int irVersion) {
        return new TestModel(opset, irVersion);
    }

    public TestModel input(String name, int... shape) {
        return input(name, ElementType.FLOAT, shape);
    }

    public TestModel input(String name, ElementType type, int... shape) {
        graph.addInput(value(name, type, shape));
        return this;
    }

    /** A float output whose shape is left open. */
    public TestModel output(String name) {
        return output(name, ElementType.FLOAT);
    }

    public TestModel output(String name, ElementType type) {
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.number()))));
        return this;
    }

    public TestModel initializer(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    /** An initializer with normally distributed values. */
    public TestModel weights(String name, int... shape) {
        return initializer(randomTensor(name, ElementType.FLOAT, shape));
    }

    public TestModel weights(String name, ElementType type, int... shape) {
        return initializer(randomTensor(name, type, shape));
    }

    /** The same as the output of a Constant node. */
    public TestModel constant(String name, int... shape) {
        TensorProto value = randomTensor("", ElementType.FLOAT, shape);
        return node(Attributes.node("Constant", List.of(), name, Attributes.tensor("value", value)));
    }

    /** A node with one output; {@code inputs} are separated by blanks. */
    public TestModel node(String operator, String inputs, String output, AttributeProto... attributes) {
        List<String> names = inputs.isEmpty() ? List.of() : List.of(inputs.split(" ", -1));
        return node(Attributes.node(operator, names, output, attributes));
    }

    public TestModel node(NodeProto node) {
        graph.addNode(node);
        return this;
    }

    public GraphProto.Builder graph() {
        return graph;
    }

    public ModelProto proto() {
        return model.clone().setGraph(graph).build();
    }

    public OnnxModel build() {
        return at(Path.of("test.onnx"));
    }

    public OnnxModel at(Path path) {
        ModelProto proto = proto();
        return OnnxModel.of(proto, path);
    }

    public TensorProto randomTensor(String name, ElementType type, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.floats(name, type, shape, values);
    }

    public static ValueInfoProto value(String name, ElementType type, int... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (int size : shape) {
            dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.number())
                                .setShape(dimensions)))
                .build();
    }
}
