package dev.signet.engine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.linear.LinearWeights;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitWeights;
import dev.signet.onnx.packed.PackedWeight;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Turns a model's protobuf into a {@link Graph} and checks that it is one. */
public final class GraphReader {
    // Before opset 7 broadcasting had attributes of its own.
    private static final int OLDEST_OPSET = 7;

    private final OnnxModel model;
    private final TensorReader tensors;

    private GraphReader(OnnxModel model) {
        this.model = model;
        tensors = new TensorReader(model);
    }

    /**
     * Reads the graph of {@code model}.
     *
     * @param supported whether the engine has an operator of the standard domain
     * @throws InputException if a value is not defined before it is used, is defined twice, or operators are not supported
     */
    public static Graph read(OnnxModel model, Predicate<String> supported) {
        return new GraphReader(model).read(supported);
    }

    private Graph read(Predicate<String> supported) {
        GraphProto proto = model.proto().getGraph();
        int opset = model.opset();
        if (opset < OLDEST_OPSET) {
            throw InputException.of(
                    model.where(),
                    String.format(
                            Locale.ROOT, "uses operator set %d where %d or later is supported", opset, OLDEST_OPSET),
                    "convert the model to a later operator set");
        }
        if (proto.getSparseInitializerCount() > 0) {
            throw InputException.of(
                    model.where(),
                    "has sparse weights, which are not supported",
                    "export the model with dense weights");
        }
        List<PackedWeight> weights = new ArrayList<>(MultiBitWeights.in(model));
        weights.addAll(LinearWeights.in(model));
        Inlining inlined =
                new Inlining(model, weights.stream().map(PackedWeight::name).collect(Collectors.toSet()));
        List<Node> nodes = nodes(inlined.nodes(), supported);
        List<String> outputs =
                proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
        Set<String> used = new HashSet<>(outputs);
        nodes.forEach(node -> used.addAll(node.inputs()));
        nodes.replaceAll(node -> node.withOutputs(used));
        PackedWeights packed = new PackedWeights(weights, nodes);
        SequencedMap<String, Tensor> constants = new LinkedHashMap<>(packed.decoded());
        Set<String> initializers = new HashSet<>();
        for (TensorProto tensor : proto.getInitializerList()) {
            initializers.add(tensor.getName());
            // The planes of packed weights, above all, are read by nobody else.
            if (used.contains(tensor.getName())) {
                constants.put(tensor.getName(), tensor(tensor));
            }
        }
        for (TensorProto tensor : inlined.constants()) {
            constants.put(tensor.getName(), tensor(tensor));
        }
        List<Graph.Port> inputs = new ArrayList<>();
        for (ValueInfoProto input : proto.getInputList()) {
            if (!initializers.contains(input.getName())) {
                inputs.add(port(input));
            }
        }
        Graph graph = new Graph(model.where(), inputs, outputs, nodes, constants, packed.packed());
        checkOrder(graph);
        return graph;
    }

    private List<Node> nodes(List<Inlining.Placed> placed, Predicate<String> supported) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Integer> unknown = new TreeMap<>();
        for (Inlining.Placed each : placed) {
            NodeProto node = each.node();
            boolean standard = NodeView.of(node).isStandard();
            if (!standard || !supported.test(node.getOpType())) {
                String name = standard ? node.getOpType() : node.getDomain() + "." + node.getOpType();
                unknown.merge(name, 1, Integer::sum);
                continue;
            }
            nodes.add(node(each));
        }
        if (!unknown.isEmpty()) {
            List<String> texts = new ArrayList<>();
            unknown.forEach((name, count) ->
                    texts.add(count == 1 ? name : String.format(Locale.ROOT, "%s (%d nodes)", name, count)));
            throw InputException.of(
                    model.where(),
                    "uses operators that Signet's engine does not have: " + String.join(", ", texts),
                    "run the model in ONNX Runtime");
        }
        return nodes;
    }

    private Node node(Inlining.Placed placed) {
        NodeProto proto = placed.node();
        String first = proto.getOutputList().stream()
                .filter(output -> !output.isEmpty())
                .findFirst()
                .orElse("");
        String name = proto.getName().isEmpty() ? first : proto.getName();
        String label = "%s: node '%s' (%s)".formatted(model.where(), name, proto.getOpType());
        return new Node(
                label,
                name,
                proto.getOpType(),
                placed.opset(),
                proto.getInputList(),
                proto.getOutputList(),
                attributes(proto),
                placed.branches(),
                List.of());
    }

    private Attributes attributes(NodeProto node) {
        Map<String, Object> values = new HashMap<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            switch (attribute.getType()) {
                case INT -> values.put(attribute.getName(), attribute.getI());
                case FLOAT -> values.put(attribute.getName(), attribute.getF());
                case STRING -> values.put(attribute.getName(), attribute.getS().toStringUtf8());
                case TENSOR -> values.put(attribute.getName(), tensor(attribute.getT()));
                case INTS ->
                    values.put(
                            attribute.getName(),
                            attribute.getIntsList().stream()
                                    .mapToLong(Long::longValue)
                                    .toArray());
                case FLOATS -> values.put(attribute.getName(), floats(attribute));
                case STRINGS ->
                    values.put(
                            attribute.getName(),
                            attribute.getStringsList().stream()
                                    .map(ByteString::toStringUtf8)
                                    .toArray(String[]::new));
                default -> {
                    // Graphs and the like belong to operators that the engine does not have.
                }
            }
        }
        return new Attributes(values);
    }

    private static float[] floats(AttributeProto attribute) {
        float[] values = new float[attribute.getFloatsCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = attribute.getFloats(i);
        }
        return values;
    }

    private Tensor tensor(TensorProto proto) {
        ElementType type = TensorReader.type(proto);
        Shape shape;
        try {
            shape = Shape.of(tensors.shape(proto));
        } catch (ArithmeticException e) {
            throw InputException.of(
                    model.where(proto), "is larger than the engine can hold", "run the model in ONNX Runtime", e);
        }
        if (!type.isFloating() && !type.isInteger()) {
            throw InputException.of(
                    model.where(proto),
                    "is of type %s, which the engine can not compute with".formatted(type.text()),
                    "run the model in ONNX Runtime");
        }
        return type.isFloating()
                ? new Tensor(new TensorType(type, shape), tensors.floats(proto), new long[0])
                : new Tensor(new TensorType(type, shape), new float[0], tensors.longs(proto));
    }

    private Graph.Port port(ValueInfoProto input) {
        ElementType element = ElementType.of(input.getType().getTensorType().getElemType());
        if (!element.isFloating() && !element.isInteger()) {
            throw InputException.of(
                    "%s: input '%s'".formatted(model.where(), input.getName()),
                    "is not a tensor of numbers",
                    "run the model in ONNX Runtime");
        }
        boolean ranked = input.getType().getTensorType().hasShape();
        TensorShapeProto shape = input.getType().getTensorType().getShape();
        int[] dims = new int[shape.getDimCount()];
        for (int i = 0; i < dims.length; i++) {
            long dim = shape.getDim(i).hasDimValue() ? shape.getDim(i).getDimValue() : -1;
            // Some exporters write 0 for "any".
            dims[i] = dim <= 0 || dim > Integer.MAX_VALUE ? -1 : Math.toIntExact(dim);
        }
        return new Graph.Port(input.getName(), element, dims, ranked);
    }

    private void checkOrder(Graph graph) {
        Set<String> defined = new HashSet<>(graph.constants().keySet());
        defined.addAll(graph.packed().keySet());
        for (Graph.Port input : graph.inputs()) {
            define(defined, input.name(), "%s: input '%s'".formatted(graph.where(), input.name()));
        }
        for (Node node : graph.nodes()) {
            for (String input : node.inputs()) {
                if (!input.isEmpty() && !defined.contains(input)) {
                    throw node.error("reads '%s', which no node before it computes".formatted(input));
                }
            }
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    define(defined, output, node.label());
                }
            }
        }
        for (String output : graph.outputs()) {
            if (!defined.contains(output)) {
                throw InputException.of(
                        graph.where(),
                        "output '%s' is computed by no node".formatted(output),
                        "check the model with an ONNX checker, or export it again");
            }
        }
    }

    private static void define(Set<String> defined, String name, String where) {
        if (!defined.add(name)) {
            throw InputException.of(
                    where,
                    "the value '%s' is defined twice".formatted(name),
                    "check the model with an ONNX checker, or export it again");
        }
    }
}
