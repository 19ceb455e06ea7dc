package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.build.Attributes;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Applies {@link GraphEdits} to a model's graph. New values get initializers of their own, so that a tensor that other nodes
 * use as well does not change for them; tensors that nothing uses any more are dropped.
 */
final class EditedGraph {
    private final GraphIndex index;
    private final GraphProto.Builder graph;
    private final UniqueNames names;
    private final Map<String, Integer> replacedUses = new HashMap<>();
    private final Map<Integer, NodeProto> following = new HashMap<>();
    private final Set<Integer> removed = new HashSet<>();

    EditedGraph(OnnxModel source, UniqueNames names) {
        this.index = GraphIndex.of(source);
        this.graph = source.proto().getGraph().toBuilder();
        this.names = names;
    }

    /** @throws IllegalArgumentException if an edit is for a node that can not have it */
    GraphProto apply(GraphEdits edits) {
        new TreeMap<>(edits.biases()).forEach(this::replaceBias);
        new TreeMap<>(edits.normalizations()).forEach(this::replaceNormalization);
        edits.folded().stream().sorted().forEach(this::remove);
        dropUnused();
        insertFollowing();
        return graph.build();
    }

    private void replaceBias(int at, float[] bias) {
        NodeProto node = graph.getNode(at);
        if (!NodeView.of(node).isStandard()) {
            throw new IllegalArgumentException(index.where(at) + " has no bias");
        }
        String wanted = NodeView.of(node).label(at) + ".bias";
        ElementType type = typeOf(NodeView.of(node).input(1));
        switch (node.getOpType()) {
            case "Conv", "ConvTranspose" -> replaceInput(at, 2, wanted, type, bias);
            case "Gemm" -> {
                replaceInput(at, 2, wanted, type, bias);
                graph.setNode(at, withFactorOne(graph.getNode(at)));
            }
            case "MatMul" -> addAfter(at, addInitializer(wanted, type, bias));
            default -> throw new IllegalArgumentException(index.where(at) + " has no bias");
        }
    }

    private void replaceNormalization(int at, GraphEdits.BatchNormalization parameters) {
        NodeProto node = graph.getNode(at);
        if (!NodeView.of(node).is("BatchNormalization") || node.getInputCount() < 5) {
            throw new IllegalArgumentException(index.where(at) + " is no BatchNormalization");
        }
        List<String> words = List.of("scale", "bias", "mean", "variance");
        List<float[]> values = List.of(parameters.scale(), parameters.bias(), parameters.mean(), parameters.variance());
        for (int i = 0; i < words.size(); i++) {
            ElementType type = typeOf(node.getInput(i + 1));
            String wanted = NodeView.of(node).label(at) + "." + words.get(i);
            replaceInput(at, i + 1, wanted, type, values.get(i));
        }
    }

    /** Gives a node other values: under the tensor's own name where no other node uses that, else under {@code wanted}. */
    private void replaceInput(int at, int input, String wanted, ElementType type, float[] values) {
        String name = NodeView.of(graph.getNode(at)).input(input);
        TensorProto old = index.initializer(name).orElse(null);
        if (old == null
                || index.uses(name).size() != 1
                || index.isOutput(name)
                || old.getDimsList().stream().reduce(1L, (a, b) -> a * b) != values.length) {
            setInput(at, input, addInitializer(wanted, type, values));
            return;
        }
        int[] shape = old.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            if (graph.getInitializer(i).getName().equals(name)) {
                TensorProto.Builder tensor = Tensors.floats(name, type, shape, values).toBuilder();
                if (old.hasDocString()) {
                    tensor.setDocString(old.getDocString());
                }
                graph.setInitializer(i, tensor);
            }
        }
    }

    /** The layer before the normalization makes its output from now on. */
    private void remove(int normalization) {
        NodeProto node = graph.getNode(normalization);
        int layer = index.producer(node.getInput(0)).orElseThrow();
        graph.setNode(layer, graph.getNode(layer).toBuilder().setOutput(0, node.getOutput(0)));
        node.getInputList().stream().skip(1).forEach(input -> replacedUses.merge(input, 1, Integer::sum));
        removed.add(normalization);
    }

    private void setInput(int at, int input, String tensor) {
        NodeProto.Builder node = graph.getNode(at).toBuilder();
        while (node.getInputCount() <= input) {
            node.addInput("");
        }
        replacedUses.merge(node.getInput(input), 1, Integer::sum);
        graph.setNode(at, node.setInput(input, tensor));
    }

    /** Gemm multiplies its bias by beta: 1 from now on. */
    private static NodeProto withFactorOne(NodeProto gemm) {
        NodeProto.Builder node = gemm.toBuilder().clearAttribute();
        gemm.getAttributeList().stream()
                .filter(attribute -> !attribute.getName().equals("beta"))
                .forEach(node::addAttribute);
        return node.build();
    }

    /** The sum takes the name of what it is added to, so that the users of that need not know. */
    private void addAfter(int at, String bias) {
        NodeProto node = graph.getNode(at);
        String sum = NodeView.of(node).output();
        String product = names.claim(sum + ".unbiased");
        graph.setNode(at, node.toBuilder().setOutput(0, product));
        NodeProto add = Attributes.node("Add", List.of(product, bias), sum);
        following.put(at, add.toBuilder().setName(names.claim(sum + ".add")).build());
    }

    private void insertFollowing() {
        if (following.isEmpty() && removed.isEmpty()) {
            return;
        }
        List<NodeProto> nodes = new ArrayList<>();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (!removed.contains(i)) {
                nodes.add(graph.getNode(i));
            }
            NodeProto next = following.get(i);
            if (next != null) {
                nodes.add(next);
            }
        }
        graph.clearNode().addAllNode(nodes);
    }

    private String addInitializer(String wanted, ElementType type, float[] values) {
        String name = names.claim(wanted);
        graph.addInitializer(Tensors.floats(name, type, new int[] {values.length}, values));
        return name;
    }

    private void dropUnused() {
        for (int i = graph.getInitializerCount() - 1; i >= 0; i--) {
            if (isUnused(graph.getInitializer(i).getName())) {
                graph.removeInitializer(i);
            }
        }
        for (int i = graph.getInputCount() - 1; i >= 0; i--) {
            String input = graph.getInput(i).getName();
            if (isUnused(input) && index.initializer(input).isPresent()) {
                graph.removeInput(i);
            }
        }
    }

    private boolean isUnused(String tensor) {
        int replaced = replacedUses.getOrDefault(tensor, 0);
        return replaced > 0 && replaced == index.uses(tensor).size() && !index.isOutput(tensor);
    }

    /** The element type of a tensor, as far as the tensors and Casts that it comes from tell; else float. */
    private ElementType typeOf(String tensor) {
        String name = tensor;
        for (int steps = 0; steps <= graph.getNodeCount(); steps++) {
            if (index.initializer(name).isPresent()) {
                return ElementType.of(
                        index.initializer(name).map(TensorProto::getDataType).orElseThrow());
            }
            if (index.producer(name).isEmpty()) {
                return declaredType(name);
            }
            NodeProto producer = index.node(index.producer(name).getAsInt());
            if (NodeView.of(producer).has("to")) {
                return NodeView.of(producer).type("to");
            }
            Optional<TensorProto> value = NodeView.of(producer).tensor("value");
            if (value.isPresent()) {
                return ElementType.of(value.get().getDataType());
            }
            name = NodeView.of(producer).input(0);
        }
        return ElementType.FLOAT;
    }

    private ElementType declaredType(String input) {
        return graph.getInputList().stream()
                .filter(value -> value.getName().equals(input))
                .map(value -> ElementType.of(value.getType().getTensorType().getElemType()))
                .filter(ElementType::isFloating)
                .findFirst()
                .orElse(ElementType.FLOAT);
    }
}
