package dev.signet.quantize.fold;

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
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small models, their nodes written as {@code Conv x w b -> y}; a domain stands before a colon, a missing input is {@code _}. */
public final class ModelText {
    private static final int OPSET = 17;

    private final ModelProto.Builder model = ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final Random random = new Random(1);

    public ModelText input(String name, int... shape) {
        return input(name, ElementType.FLOAT, shape);
    }

    public ModelText input(String name, ElementType type, int... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        Arrays.stream(shape)
                .forEach(size -> dimensions.addDim(
                        TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        graph.addInput(ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.number())
                                .setShape(dimensions))));
        return this;
    }

    public ModelText output(String name) {
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(ElementType.FLOAT.number()))));
        return this;
    }

    /** Normally distributed weights. */
    public ModelText weights(String name, int... shape) {
        graph.addInitializer(noise(name, shape));
        return this;
    }

    public ModelText tensor(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    public ModelText integers(String name, long... values) {
        return tensor(Tensors.longs(name, values));
    }

    public ModelText node(String text, AttributeProto... attributes) {
        graph.addNode(parsed(text, attributes));
        return this;
    }

    /** Adds a function of the domain {@code lib} with nodes of standard operators. */
    public ModelText function(String name, List<String> inputs, List<String> outputs, NodeProto... nodes) {
        return function(FunctionProto.newBuilder()
                .setName(name)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllNode(List.of(nodes)));
    }

    public ModelText function(FunctionProto.Builder function) {
        if (model.getFunctionsCount() == 0) {
            model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain("lib").setVersion(1));
        }
        model.addFunctions(function.setDomain("lib").clearOpsetImport().addAllOpsetImport(model.getOpsetImportList()));
        return this;
    }

    public ModelText domain(String domain) {
        model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
        return this;
    }

    public TensorProto noise(String name, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.floats(name, ElementType.FLOAT, shape, values);
    }

    public static NodeProto parsed(String text, AttributeProto... attributes) {
        List<String> words = List.of(text.split(" "));
        int arrow = words.indexOf("->");
        String operator = words.getFirst();
        int colon = operator.indexOf(':');
        NodeProto.Builder node = NodeProto.newBuilder()
                .setDomain(operator.substring(0, Math.max(0, colon)))
                .setOpType(operator.substring(colon + 1));
        words.subList(1, arrow).forEach(name -> node.addInput(name.equals("_") ? "" : name));
        words.subList(arrow + 1, words.size()).forEach(name -> node.addOutput(name.equals("_") ? "" : name));
        return node.addAllAttribute(List.of(attributes)).build();
    }

    public static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    /** A graph inside a node. */
    public static AttributeProto body(String name, GraphProto.Builder graph) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph.setName(name))
                .build();
    }

    /** A branch of an If. */
    public static GraphProto.Builder branch(String output, NodeProto... nodes) {
        return GraphProto.newBuilder()
                .addAllNode(List.of(nodes))
                .addOutput(ValueInfoProto.newBuilder().setName(output));
    }

    public ModelProto proto() {
        return model.clone().setGraph(graph).build();
    }

    public OnnxModel build() {
        return OnnxModel.of(proto(), Path.of("test.onnx"));
    }
}
