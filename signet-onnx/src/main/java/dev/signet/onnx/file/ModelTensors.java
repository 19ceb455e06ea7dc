package dev.signet.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.List;
import java.util.function.Consumer;

/**
 * Walks over every tensor that a model holds, wherever it is: initializers, attributes, subgraphs, functions, training
 * graphs.
 *
 * <p>Recursion is as deep as the messages are nested, which the protobuf parser bounds.
 */
final class ModelTensors {
    private final Consumer<TensorProto> visitor;

    private ModelTensors(Consumer<TensorProto> visitor) {
        this.visitor = visitor;
    }

    static void forEach(ModelProto model, Consumer<TensorProto> visitor) {
        ModelTensors walk = new ModelTensors(visitor);
        walk.graph(model.getGraph());
        for (FunctionProto function : model.getFunctionsList()) {
            walk.nodes(function.getNodeList());
            walk.attributes(function.getAttributeProtoList());
        }
        for (TrainingInfoProto training : model.getTrainingInfoList()) {
            walk.graph(training.getInitialization());
            walk.graph(training.getAlgorithm());
        }
    }

    private void graph(GraphProto graph) {
        graph.getInitializerList().forEach(visitor);
        graph.getSparseInitializerList().forEach(this::sparse);
        nodes(graph.getNodeList());
    }

    private void nodes(List<NodeProto> nodes) {
        for (NodeProto node : nodes) {
            attributes(node.getAttributeList());
        }
    }

    private void attributes(List<AttributeProto> attributes) {
        for (AttributeProto attribute : attributes) {
            if (attribute.hasT()) {
                visitor.accept(attribute.getT());
            }
            attribute.getTensorsList().forEach(visitor);
            if (attribute.hasSparseTensor()) {
                sparse(attribute.getSparseTensor());
            }
            attribute.getSparseTensorsList().forEach(this::sparse);
            if (attribute.hasG()) {
                graph(attribute.getG());
            }
            attribute.getGraphsList().forEach(this::graph);
        }
    }

    private void sparse(SparseTensorProto tensor) {
        visitor.accept(tensor.getValues());
        visitor.accept(tensor.getIndices());
    }
}
