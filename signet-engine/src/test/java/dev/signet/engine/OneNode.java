package dev.signet.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.tensor.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model of one node, and what the engine and ONNX Runtime make of it. */
final class OneNode {
    private final int opset;
    private final NodeProto.Builder node = NodeProto.newBuilder().setName("node");
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();

    private OneNode(String operator, int opset) {
        this.opset = opset;
        node.setOpType(operator);
    }

    static OneNode of(String operator, int opset) {
        return new OneNode(operator, opset);
    }

    /** Adds an input that each run is given. */
    OneNode input(Tensor value) {
        String name = "x" + node.getInputCount();
        inputs.put(name, value);
        node.addInput(name);
        graph.addInput(info(name, value));
        return this;
    }

    /** Adds an input that is part of the model. */
    OneNode constant(Tensor value) {
        String name = "c" + node.getInputCount();
        node.addInput(name);
        graph.addInitializer(proto(value).setName(name));
        return this;
    }

    OneNode constants(long... values) {
        return constant(Tensor.ofLongs(values, values.length));
    }

    /** Leaves an input out. */
    OneNode none() {
        node.addInput("");
        return this;
    }

    OneNode attribute(String name, long value) {
        node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value));
        return this;
    }

    OneNode attribute(String name, float value) {
        node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value));
        return this;
    }

    OneNode attribute(String name, String value) {
        node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value)));
        return this;
    }

    OneNode attribute(String name, Tensor value) {
        node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(proto(value)));
        return this;
    }

    OneNode list(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        node.addAttribute(attribute);
        return this;
    }

    OneNode list(String name, float... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
        for (float value : values) {
            attribute.addFloats(value);
        }
        node.addAttribute(attribute);
        return this;
    }

    static TensorProto.Builder proto(Tensor tensor) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setDataType(tensor.type().element().number());
        for (int dim : tensor.shape().dims()) {
            proto.addDims(dim);
        }
        for (int i = 0; i < tensor.size(); i++) {
            if (tensor.isFloating()) {
                proto.addFloatData(tensor.floats()[i]);
            } else if (tensor.type().element() == ElementType.INT64) {
                proto.addInt64Data(tensor.longs()[i]);
            } else {
                proto.addInt32Data((int) tensor.longs()[i]);
            }
        }
        return proto;
    }

    private static ValueInfoProto info(String name, Tensor value) {
        TypeProto.Tensor.Builder type =
                TypeProto.Tensor.newBuilder().setElemType(value.type().element().number());
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int dim : value.shape().dims()) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type.setShape(shape)))
                .build();
    }

    private ModelProto model(List<ValueInfoProto> outputs) {
        NodeProto.Builder complete = node.clone();
        GraphProto.Builder whole = graph.clone();
        for (ValueInfoProto output : outputs) {
            complete.addOutput(output.getName());
            whole.addOutput(output);
        }
        return ModelProto.newBuilder()
                .setIrVersion(opset <= 8 ? 3 : opset <= 17 ? 8 : 10)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(whole.addNode(complete))
                .build();
    }

    private static List<ValueInfoProto> untyped(int outputs) {
        List<ValueInfoProto> list = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            list.add(ValueInfoProto.newBuilder().setName("y" + i).build());
        }
        return list;
    }

    ModelProto model(int outputs) {
        return model(untyped(outputs));
    }

    /** The engine's outputs, on {@code workers}. */
    List<Tensor> inEngine(int outputs, Workers workers) {
        ModelProto proto = model(outputs);
        Network network = Network.of(OnnxModel.of(proto, Path.of("model.onnx")), EngineOptions.DEFAULT);
        return network.run(workers, List.copyOf(inputs.values()));
    }

    /** Asserts that both give the same. */
    void check(int outputs, double tolerance) throws Exception {
        List<Tensor> expected = OnnxRuntime.run(model(outputs).toByteArray(), inputs);
        List<Tensor> actual = inEngine(outputs, Workers.CALLER);
        for (int i = 0; i < outputs; i++) {
            Agreement.assertAgree(actual.get(i), expected.get(i), tolerance);
        }
    }

    /** Asserts that both give the same output, within 1e-5. */
    void check() throws Exception {
        check(1, 1e-5);
    }
}
