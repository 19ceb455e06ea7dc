package dev.signet.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Every tensor that a model holds, wherever it is: initializers, attributes, subgraphs, functions, training graphs.
 *
 * <p>Recursion is as deep as the messages are nested, which the protobuf parser bounds.
 */
public final class ModelTensors {
    private ModelTensors() {}

    /** What a tensor is replaced by. */
    @FunctionalInterface
    public interface Mapping {
        /** The replacement of {@code tensor}, or {@code tensor} itself. */
        TensorProto apply(TensorProto tensor) throws IOException;
    }

    /** Shows every tensor of {@code model} to {@code visitor}. */
    static void forEach(ModelProto model, Consumer<TensorProto> visitor) {
        Visit visit = new Visit(visitor);
        visit.graph(model.getGraph());
        for (FunctionProto function : model.getFunctionsList()) {
            visit.nodes(function.getNodeList());
            visit.attributes(function.getAttributeProtoList());
        }
        for (TrainingInfoProto training : model.getTrainingInfoList()) {
            visit.graph(training.getInitialization());
            visit.graph(training.getAlgorithm());
        }
    }

    /** Bytes that the model takes with all external data pulled in. */
    public static long storedBytes(OnnxModel model) {
        return insideBytes(model.proto()) + ExternalData.of(model).usedBytes();
    }

    /** Bytes of the serialized model, external data not counted; where that is beyond 1 GB, bytes of its raw values only. */
    static long insideBytes(ModelProto model) {
        AtomicLong raw = new AtomicLong();
        forEach(model, tensor -> raw.addAndGet(tensor.getRawData().size()));
        // The serialized size is an int, which may overflow.
        return raw.get() > Integer.MAX_VALUE / 2 ? raw.get() : model.getSerializedSize();
    }

    /** The model with every tensor replaced. */
    public static ModelProto map(ModelProto model, Mapping mapping) throws IOException {
        return mapInitializers(model, mapping, mapping);
    }

    /**
     * The model with every tensor replaced.
     *
     * @param initializers for the initializers of the main graph
     * @param others for all other tensors; not called where none of these is external
     */
    public static ModelProto mapInitializers(ModelProto model, Mapping initializers, Mapping others)
            throws IOException {
        AtomicBoolean external = new AtomicBoolean();
        forEach(model, tensor -> external.compareAndSet(false, ExternalData.isExternal(tensor)));
        ModelProto.Builder mapped = model.toBuilder();
        GraphProto.Builder graph = mapped.getGraphBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            graph.setInitializer(i, initializers.apply(graph.getInitializer(i)));
        }
        if (external.get()) {
            Replacement replacement = new Replacement(others);
            replacement.nodes(graph.getNodeBuilderList());
            replacement.sparse(graph.getSparseInitializerBuilderList());
            for (FunctionProto.Builder function : mapped.getFunctionsBuilderList()) {
                replacement.nodes(function.getNodeBuilderList());
            }
        }
        return mapped.build();
    }

    private record Visit(Consumer<TensorProto> visitor) {
        void graph(GraphProto graph) {
            graph.getInitializerList().forEach(visitor);
            graph.getSparseInitializerList().forEach(this::sparse);
            nodes(graph.getNodeList());
        }

        void nodes(List<NodeProto> nodes) {
            nodes.forEach(node -> attributes(node.getAttributeList()));
        }

        void attributes(List<AttributeProto> attributes) {
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

        void sparse(SparseTensorProto tensor) {
            visitor.accept(tensor.getValues());
            visitor.accept(tensor.getIndices());
        }
    }

    private record Replacement(Mapping mapping) {
        void graph(GraphProto.Builder graph) throws IOException {
            for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
                replace(tensor);
            }
            sparse(graph.getSparseInitializerBuilderList());
            nodes(graph.getNodeBuilderList());
        }

        void nodes(List<NodeProto.Builder> nodes) throws IOException {
            for (NodeProto.Builder node : nodes) {
                for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                    attribute(attribute);
                }
            }
        }

        private void attribute(AttributeProto.Builder attribute) throws IOException {
            if (attribute.hasT()) {
                replace(attribute.getTBuilder());
            }
            for (TensorProto.Builder tensor : attribute.getTensorsBuilderList()) {
                replace(tensor);
            }
            if (attribute.hasSparseTensor()) {
                sparse(List.of(attribute.getSparseTensorBuilder()));
            }
            sparse(attribute.getSparseTensorsBuilderList());
            if (attribute.hasG()) {
                graph(attribute.getGBuilder());
            }
            for (GraphProto.Builder subgraph : attribute.getGraphsBuilderList()) {
                graph(subgraph);
            }
        }

        void sparse(List<SparseTensorProto.Builder> tensors) throws IOException {
            for (SparseTensorProto.Builder tensor : tensors) {
                replace(tensor.getValuesBuilder());
                replace(tensor.getIndicesBuilder());
            }
        }

        private void replace(TensorProto.Builder tensor) throws IOException {
            TensorProto replacement = mapping.apply(tensor.build());
            tensor.clear().mergeFrom(replacement);
        }
    }
}
