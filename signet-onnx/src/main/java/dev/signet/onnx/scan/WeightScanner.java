package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitFunction;
import dev.signet.onnx.packed.MultiBitWeights;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what {@link WeightScan} lists. */
final class WeightScanner {
    private final OnnxModel model;
    private final GraphProto graph;
    private final GraphIndex index;
    private final TensorReader reader;
    private final UseTracer tracer;
    private final List<ScannedTensor> tensors = new ArrayList<>();
    private final Set<String> packedInputs = new HashSet<>();
    private int smallCount;
    private long smallBytes;

    WeightScanner(OnnxModel model) {
        this.model = model;
        this.graph = model.proto().getGraph();
        this.index = GraphIndex.of(model);
        this.reader = new TensorReader(model);
        this.tracer = new UseTracer(index, reader);
    }

    WeightScan scan() {
        packedWeights();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (!packedInputs.contains(tensor.getName())) {
                stored(tensor.getName(), tensor, new WeightTensor.Source.Initializer(i));
            }
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            int at = i;
            WeightScan.constantValue(node)
                    .ifPresent(value ->
                            stored(NodeView.of(node).output(), value, new WeightTensor.Source.ConstantNode(at)));
        }
        tensors.sort(Comparator.comparingInt(this::position));
        graph.getSparseInitializerList().forEach(this::sparse);
        for (int i = 0; i < graph.getNodeCount(); i++) {
            attributes(
                    graph.getNode(i),
                    "inside a subgraph of " + NodeView.of(graph.getNode(i)).where(i));
        }
        for (FunctionProto function : model.proto().getFunctionsList()) {
            if (!MultiBitFunction.isKnown(function)) {
                inner(function.getNodeList(), "inside the local function '" + function.getName() + "'");
            }
        }
        return new WeightScan(List.copyOf(tensors), new SmallTensors(smallCount, smallBytes));
    }

    /** Lists every call of the packed format's function as one tensor. */
    private void packedWeights() {
        List<PackedWeight> calls = MultiBitWeights.in(model);
        if (calls.isEmpty()) {
            return;
        }
        for (PackedWeight packed : calls) {
            long[] shape = Arrays.stream(packed.shape()).asLongStream().toArray();
            tensors.add(
                    new KeptTensor(packed.name(), shape, packed.weight().packedBytes(), "already a multi-bit weight"));
        }
        for (NodeProto node : graph.getNodeList()) {
            if (MultiBitFunction.isCall(node)) {
                packedInputs.addAll(node.getInputList());
            }
        }
    }

    private void stored(String name, TensorProto tensor, WeightTensor.Source source) {
        reader.check(tensor);
        long[] shape = reader.shape(tensor);
        if (shape.length < 2) {
            small(tensor);
            return;
        }
        String known = knownReason(name, tensor, shape);
        if (known != null) {
            keep(name, tensor, known);
            return;
        }
        UseTracer.Trace trace = tracer.trace(name, tensor, intShape(shape));
        FilterView view = trace.view();
        if (view == null) {
            keep(name, tensor, trace.reason() == null ? "not a weight" : trace.reason());
            return;
        }
        WeightTensor weight = new WeightTensor(name, trace.uses(), view, source, tensor, reader);
        String reason = valuesReason(reader.floats(tensor));
        if (reason != null) {
            keep(name, tensor, reason);
        } else {
            tensors.add(weight);
        }
    }

    /** Why a tensor is kept, as far as its type and shape tell; null where they do not. */
    private @Nullable String knownReason(String name, TensorProto tensor, long[] shape) {
        ElementType type = TensorReader.type(tensor);
        if (!type.isFloating()) {
            return "its elements are " + type.text() + ", not floating-point";
        }
        if (Arrays.stream(shape).anyMatch(dimension -> dimension == 0)) {
            return "it is empty";
        }
        if (index.isRepeated(name)) {
            return "several initializers have its name";
        }
        return reader.bytes(tensor) > TensorReader.MAX_BYTES ? "it takes more than 2 GB" : null;
    }

    private static @Nullable String valuesReason(float[] values) {
        boolean zero = true;
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return "it has a value that is NaN, infinite or beyond fp32's range";
            }
            zero &= value == 0;
        }
        return zero ? "all its values are 0" : null;
    }

    private void attributes(NodeProto node, String reason) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                inner(attribute.getG(), reason);
            }
            attribute.getGraphsList().forEach(subgraph -> inner(subgraph, reason));
        }
    }

    private void inner(GraphProto subgraph, String reason) {
        subgraph.getInitializerList().forEach(tensor -> keepUnlessSmall(tensor.getName(), tensor, reason));
        subgraph.getSparseInitializerList().forEach(this::sparse);
        inner(subgraph.getNodeList(), reason);
    }

    private void inner(List<NodeProto> nodes, String reason) {
        for (NodeProto node : nodes) {
            WeightScan.constantValue(node)
                    .ifPresent(value -> keepUnlessSmall(NodeView.of(node).output(), value, reason));
            attributes(node, reason);
        }
    }

    private void keepUnlessSmall(String name, TensorProto tensor, String reason) {
        if (tensor.getDimsCount() < 2) {
            small(tensor);
        } else {
            keep(name, tensor, reason);
        }
    }

    private void sparse(SparseTensorProto tensor) {
        long bytes = bytes(tensor.getValues()) + bytes(tensor.getIndices());
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        tensors.add(new KeptTensor(tensor.getValues().getName(), shape, bytes, "it is stored as a sparse tensor"));
    }

    private void keep(String name, TensorProto tensor, String reason) {
        tensors.add(new KeptTensor(name, reader.shape(tensor), bytes(tensor), reason));
    }

    private void small(TensorProto tensor) {
        smallCount++;
        smallBytes += bytes(tensor);
    }

    private long bytes(TensorProto tensor) {
        return TensorReader.type(tensor).bits() == 0 ? tensor.getSerializedSize() : reader.bytes(tensor);
    }

    /** Where in the network the first node stands that uses a tensor; the end where none does. */
    private int position(ScannedTensor tensor) {
        if (tensor instanceof WeightTensor weight) {
            return index.rank(weight.uses().get(0).node());
        }
        return index.uses(tensor.name()).stream()
                .mapToInt(use -> index.rank(use.node()))
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    private static int[] intShape(long[] shape) {
        return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    }
}
