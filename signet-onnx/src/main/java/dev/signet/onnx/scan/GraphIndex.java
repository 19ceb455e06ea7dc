package dev.signet.onnx.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who makes and who uses each tensor of a model's main graph.
 *
 * <p>Nodes are named by their index in the graph, since names may be missing or repeated. What a subgraph takes from the main
 * graph counts as an input of the node that holds it.
 */
public final class GraphIndex {
    /** A node's use of a tensor; {@code input} is {@link #CAPTURED} where one of the node's subgraphs uses it. */
    public record Use(int node, int input) {}

    /** Stands for an input's number where a subgraph uses a tensor. */
    public static final int CAPTURED = -1;

    private static final Set<String> RANDOM_OPERATORS = Set.of(
            "RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial", "Bernoulli");

    private static final String EXPORT_AGAIN = "the model is broken: export it again";

    private final OnnxModel model;
    private final GraphProto graph;
    private final Map<String, Integer> producers = new HashMap<>();
    private final Map<String, List<Use>> uses = new HashMap<>();
    private final Map<String, Integer> initializers = new HashMap<>();
    private final Set<String> repeatedInitializers = new HashSet<>();
    private final Set<String> sparseInitializers;
    private final Set<String> inputs;
    private final Set<String> outputs;
    private final List<Integer> order;
    private final int[] ranks;
    private final Set<String> constants = new HashSet<>();

    private GraphIndex(OnnxModel model) {
        this.model = model;
        this.graph = model.proto().getGraph();
        this.inputs = names(graph.getInputList());
        this.outputs = names(graph.getOutputList());
        this.sparseInitializers = graph.getSparseInitializerList().stream()
                .map(SparseTensorProto::getValues)
                .map(TensorProto::getName)
                .collect(Collectors.toSet());
        indexInitializers();
        indexNodes();
        checkOutputs();
        this.order = sort();
        this.ranks = new int[order.size()];
        for (int rank = 0; rank < ranks.length; rank++) {
            ranks[order.get(rank)] = rank;
        }
        findConstants();
    }

    /**
     * Looks through the main graph of {@code model}.
     *
     * @throws InputException if a tensor is made twice or not at all, or if nodes wait for each other in a circle
     */
    public static GraphIndex of(OnnxModel model) {
        return new GraphIndex(model);
    }

    /** The node with this index. */
    public NodeProto node(int index) {
        return graph.getNode(index);
    }

    /** The nodes' indices, each after those whose outputs it uses, otherwise in the file's order. */
    public List<Integer> topologicalOrder() {
        return order;
    }

    /** Where the node with this index stands in {@link #topologicalOrder()}. */
    public int rank(int node) {
        return ranks[node];
    }

    /** The node that makes {@code tensor}; empty for graph inputs and initializers. */
    public OptionalInt producer(String tensor) {
        Integer node = producers.get(tensor);
        return node == null ? OptionalInt.empty() : OptionalInt.of(node);
    }

    /** The uses of {@code tensor} by nodes, in the file's order. */
    public List<Use> uses(String tensor) {
        return uses.getOrDefault(tensor, List.of());
    }

    /** The initializer called {@code tensor}; the last where there are several, as ONNX Runtime takes it. */
    public Optional<TensorProto> initializer(String tensor) {
        return Optional.ofNullable(initializers.get(tensor)).map(graph::getInitializer);
    }

    /** The values of {@code tensor} where the graph holds them: those of an initializer, or of a Constant node. */
    public Optional<TensorProto> stored(String tensor) {
        OptionalInt producer = producer(tensor);
        return initializer(tensor)
                .or(() ->
                        producer.isPresent() ? WeightScan.constantValue(node(producer.getAsInt())) : Optional.empty());
    }

    /** Whether several initializers are called {@code tensor}. */
    public boolean isRepeated(String tensor) {
        return repeatedInitializers.contains(tensor);
    }

    /** Whether {@code tensor} is listed as a graph input (which initializers may be, too). */
    public boolean isInput(String tensor) {
        return inputs.contains(tensor);
    }

    /** Whether {@code tensor} is an output of the graph. */
    public boolean isOutput(String tensor) {
        return outputs.contains(tensor);
    }

    /** Whether {@code tensor} is the same on every run: an initializer, or computed from such by standard operators. */
    public boolean isConstant(String tensor) {
        return constants.contains(tensor);
    }

    /** The only node that uses {@code tensor}, where there is exactly one use and the tensor is no graph output. */
    public OptionalInt onlyUser(String tensor) {
        List<Use> all = uses(tensor);
        return all.size() == 1 && !isOutput(tensor) ? OptionalInt.of(all.get(0).node()) : OptionalInt.empty();
    }

    /** The BatchNormalization that alone uses the first output of {@code node}, as its data input. */
    public OptionalInt followingBatchNormalization(int node) {
        if (node(node).getOutputCount() == 0) {
            return OptionalInt.empty();
        }
        String output = node(node).getOutput(0);
        OptionalInt user = onlyUser(output);
        boolean normalizes = user.isPresent()
                && NodeView.of(node(user.getAsInt())).is("BatchNormalization")
                && NodeView.of(node(user.getAsInt())).input(0).equals(output);
        return normalizes ? user : OptionalInt.empty();
    }

    /** How messages name a node of this graph. */
    public String where(int node) {
        return model.where() + ": " + NodeView.of(node(node)).where(node);
    }

    private static Set<String> names(List<ValueInfoProto> values) {
        return values.stream().map(ValueInfoProto::getName).collect(Collectors.toSet());
    }

    private void indexInitializers() {
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            String name = graph.getInitializer(i).getName();
            if (initializers.put(name, i) != null) {
                repeatedInitializers.add(name);
            }
        }
    }

    private void indexNodes() {
        for (int i = 0; i < graph.getNodeCount(); i++) {
            for (String output : graph.getNode(i).getOutputList()) {
                if (!output.isEmpty() && (isGiven(output) || producers.put(output, i) != null)) {
                    throw bad(i, "makes tensor '" + output + "', which is made elsewhere, too");
                }
            }
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            for (int j = 0; j < node.getInputCount(); j++) {
                addUse(node.getInput(j), new Use(i, j));
            }
            for (String captured : captured(node)) {
                addUse(captured, new Use(i, CAPTURED));
            }
        }
    }

    private void checkOutputs() {
        for (String output : outputs) {
            if (!isGiven(output) && !producers.containsKey(output)) {
                throw InputException.of(
                        model.where(), "has the output '" + output + "', which nothing makes", EXPORT_AGAIN);
            }
        }
    }

    private void addUse(String tensor, Use use) {
        if (tensor.isEmpty()) {
            return;
        }
        if (!isGiven(tensor) && !producers.containsKey(tensor)) {
            throw bad(use.node(), "uses tensor '" + tensor + "', which nothing makes");
        }
        uses.computeIfAbsent(tensor, name -> new ArrayList<>()).add(use);
    }

    private boolean isGiven(String tensor) {
        return initializers.containsKey(tensor) || inputs.contains(tensor) || sparseInitializers.contains(tensor);
    }

    /** The names that the subgraphs of {@code node} use and do not define. */
    public static Set<String> captured(NodeProto node) {
        Set<String> names = new LinkedHashSet<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                names.addAll(free(attribute.getG()));
            }
            attribute.getGraphsList().forEach(subgraph -> names.addAll(free(subgraph)));
        }
        return names;
    }

    // Recursion is as deep as the graphs are nested, which the parser bounds.
    private static Set<String> free(GraphProto subgraph) {
        Set<String> used = new LinkedHashSet<>();
        Set<String> defined = names(subgraph.getInputList());
        subgraph.getInitializerList().forEach(tensor -> defined.add(tensor.getName()));
        subgraph.getSparseInitializerList()
                .forEach(tensor -> defined.add(tensor.getValues().getName()));
        for (NodeProto node : subgraph.getNodeList()) {
            used.addAll(node.getInputList());
            used.addAll(captured(node));
            defined.addAll(node.getOutputList());
        }
        used.addAll(names(subgraph.getOutputList()));
        used.removeAll(defined);
        return used;
    }

    /** Kahn's algorithm, taking the node that comes first in the file among those that can run. */
    private List<Integer> sort() {
        int[] missing = new int[graph.getNodeCount()];
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        uses.forEach((tensor, users) -> {
            if (producers.containsKey(tensor)) {
                users.forEach(use -> missing[use.node()]++);
            }
        });
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        List<Integer> sorted = new ArrayList<>(missing.length);
        while (!ready.isEmpty()) {
            int node = ready.remove();
            sorted.add(node);
            for (String output : graph.getNode(node).getOutputList()) {
                for (Use use : uses(output)) {
                    if (--missing[use.node()] == 0) {
                        ready.add(use.node());
                    }
                }
            }
        }
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] > 0) {
                throw bad(i, "needs its own output as an input, directly or through other nodes");
            }
        }
        return List.copyOf(sorted);
    }

    private void findConstants() {
        constants.addAll(initializers.keySet());
        constants.addAll(sparseInitializers);
        for (int i : order) {
            NodeProto node = graph.getNode(i);
            if (isDeterministic(node)
                    && captured(node).isEmpty()
                    && node.getInputList().stream().allMatch(input -> input.isEmpty() || constants.contains(input))) {
                constants.addAll(node.getOutputList());
            }
        }
    }

    /** Whether a node makes the same of the same inputs, as far as its operator tells. */
    public static boolean isDeterministic(NodeProto node) {
        return MultiBitFunction.isCall(node)
                || (NodeView.of(node).isStandard() && !RANDOM_OPERATORS.contains(node.getOpType()));
    }

    private InputException bad(int node, String problem) {
        return InputException.of(where(node), problem, EXPORT_AGAIN);
    }
}
