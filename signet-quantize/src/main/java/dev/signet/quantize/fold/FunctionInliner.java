package dev.signet.quantize.fold;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.Bodies;
import dev.signet.onnx.node.LocalFunctions;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitFunction;
import dev.signet.onnx.scan.WeightOperators;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the bodies of local functions that deal with weights in place of their calls, so that the weights are tensors of the main
 * graph. A weight that a function holds is stored once, however often the function is called.
 */
final class FunctionInliner {
    /** More nodes than any network has. */
    private static final int MOST_NODES = 100_000;

    private final OnnxModel model;
    private final UniqueNames names;
    private final LocalFunctions functions;
    private final Map<String, Boolean> deals = new HashMap<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final Set<String> inlined = new HashSet<>();
    private final Map<String, Map<String, String>> held = new HashMap<>();
    private final List<TensorProto> initializers = new ArrayList<>();
    private int nodes;

    private FunctionInliner(OnnxModel model) {
        this.model = model;
        this.names = new UniqueNames(model.proto().getGraph());
        this.functions = new LocalFunctions(model.proto());
    }

    /**
     * The model without calls of functions that deal with weights.
     *
     * @return the model itself where it has none
     * @throws InputException if a function calls itself, or the bodies have too many nodes
     */
    static ModelProto inline(OnnxModel model) {
        return model.proto().getFunctionsCount() == 0 ? model.proto() : new FunctionInliner(model).inline();
    }

    private ModelProto inline() {
        functions.all().forEach((key, function) -> {
            if (dealsWithWeights(function, new HashSet<>()) && hasModelsOpsets(function)) {
                inlined.add(key);
            }
        });
        if (inlined.isEmpty()) {
            return model.proto();
        }
        GraphProto graph = model.proto().getGraph();
        GraphProto.Builder changed = withoutCalls(graph).toBuilder().addAllInitializer(initializers);
        Set<String> called = new HashSet<>();
        Bodies.allNodes(changed.getNodeList()).forEach(node -> called.add(LocalFunctions.key(node)));
        ModelProto.Builder result = model.proto().toBuilder().setGraph(changed).clearFunctions();
        functions.all().forEach((key, function) -> {
            if (!inlined.contains(key) || called.contains(key)) {
                result.addFunctions(function);
            }
        });
        return result.build();
    }

    /** Whether a function, or one that it calls, has an operator with weights or holds a matrix. */
    private boolean dealsWithWeights(FunctionProto function, Set<String> callers) {
        String key = LocalFunctions.key(function);
        Boolean known = deals.get(key);
        if (known != null) {
            return known;
        }
        if (!callers.add(key)) {
            throw InputException.of(
                    model.where(), "local function '" + key + "' calls itself", "the model is broken: export it again");
        }
        boolean weights = false;
        for (NodeProto node : Bodies.allNodes(function.getNodeList()).toList()) {
            // Every call is looked into, for circles, whatever is known already.
            FunctionProto called = functions.of(node).orElse(null);
            weights |= called != null && dealsWithWeights(called, callers);
            weights |= WeightOperators.hasWeights(node) || heldMatrix(node).isPresent();
        }
        callers.remove(key);
        boolean result = weights && !function.getDomain().equals(MultiBitFunction.DOMAIN);
        deals.put(key, result);
        return result;
    }

    /** Inlined nodes are taken for nodes of the model's own operator sets. */
    private boolean hasModelsOpsets(FunctionProto function) {
        Map<String, Long> versions = new HashMap<>();
        model.proto().getOpsetImportList().forEach(opset -> versions.put(domain(opset), opset.getVersion()));
        return function.getOpsetImportList().stream()
                .allMatch(opset -> Long.valueOf(opset.getVersion()).equals(versions.get(domain(opset))));
    }

    private static String domain(OperatorSetIdProto opset) {
        return Domains.isStandard(opset.getDomain()) ? "" : opset.getDomain();
    }

    private static Optional<TensorProto> heldMatrix(NodeProto node) {
        return NodeView.of(node).is("Constant")
                ? NodeView.of(node)
                        .tensor("value")
                        .filter(value -> value.getDimsCount() >= 2
                                && TensorReader.type(value).isFloating())
                : Optional.empty();
    }

    private GraphProto withoutCalls(GraphProto graph) {
        GraphProto.Builder changed = graph.toBuilder().clearNode();
        graph.getNodeList().forEach(node -> changed.addAllNode(expanded(node)));
        return changed.build();
    }

    private List<NodeProto> expanded(NodeProto node) {
        if (++nodes > MOST_NODES) {
            throw InputException.of(
                    model.where(),
                    "has local functions that make more than " + MOST_NODES + " nodes of their calls",
                    "export the model without local functions");
        }
        FunctionProto function = functions
                .of(node)
                .filter(f -> inlined.contains(LocalFunctions.key(f)))
                .orElse(null);
        if (function == null
                || node.getInputCount() > function.getInputCount()
                || node.getOutputCount() > function.getOutputCount()) {
            return List.of(Bodies.map(node, this::withoutCalls));
        }
        List<NodeProto> expanded = new ArrayList<>();
        body(node, function).forEach(inner -> expanded.addAll(expanded(inner)));
        return expanded;
    }

    /** The function's nodes under names of the main graph, with the call's attributes. */
    private List<NodeProto> body(NodeProto call, FunctionProto function) {
        String label = call.getName().isEmpty() ? function.getName() : call.getName();
        int number = calls.merge(label, 1, Integer::sum);
        String prefix = number == 1 ? label + "/" : label + "_" + number + "/";
        Map<String, AttributeProto> arguments = LocalFunctions.arguments(function, call);
        Map<String, String> renamed = new HashMap<>(Map.of("", ""));
        for (int i = 0; i < function.getInputCount(); i++) {
            renamed.put(function.getInput(i), NodeView.of(call).input(i));
        }
        List<NodeProto> copies = new ArrayList<>();
        for (int i = 0; i < call.getOutputCount(); i++) {
            String inner = function.getOutput(i);
            if (call.getOutput(i).isEmpty()) {
                continue;
            }
            if (renamed.putIfAbsent(inner, call.getOutput(i)) != null) {
                // An input that is an output, or an output that is asked for twice.
                copies.add(NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput(renamed.get(inner))
                        .addOutput(call.getOutput(i))
                        .build());
            }
        }
        renamed.putAll(heldBy(function));
        List<NodeProto> nodes = new ArrayList<>();
        for (NodeProto inner : function.getNodeList()) {
            if (heldMatrix(inner).isEmpty() || isOutput(function, inner)) {
                nodes.add(renamed(LocalFunctions.withArguments(inner, arguments), prefix, renamed));
            }
        }
        nodes.addAll(copies);
        return nodes;
    }

    private static boolean isOutput(FunctionProto function, NodeProto node) {
        return node.getOutputList().stream().anyMatch(function.getOutputList()::contains);
    }

    /** What the function's matrices are called in the main graph. */
    private Map<String, String> heldBy(FunctionProto function) {
        return held.computeIfAbsent(LocalFunctions.key(function), first -> {
            Map<String, String> stored = new HashMap<>();
            for (NodeProto node : function.getNodeList()) {
                TensorProto matrix = heldMatrix(node).orElse(null);
                if (matrix != null && !isOutput(function, node)) {
                    String name = names.claim(function.getName() + "/" + node.getOutput(0));
                    initializers.add(matrix.toBuilder().setName(name).build());
                    stored.put(node.getOutput(0), name);
                }
            }
            return stored;
        });
    }

    private NodeProto renamed(NodeProto node, String prefix, Map<String, String> renamed) {
        NodeProto.Builder changed = Bodies.map(node, body -> renamed(body, prefix, renamed)).toBuilder();
        if (!node.getName().isEmpty()) {
            changed.setName(names.claim(prefix + node.getName()));
        }
        for (int i = 0; i < node.getInputCount(); i++) {
            changed.setInput(i, inner(node.getInput(i), prefix, renamed));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            changed.setOutput(i, inner(node.getOutput(i), prefix, renamed));
        }
        return changed.build();
    }

    private String inner(String name, String prefix, Map<String, String> renamed) {
        return renamed.computeIfAbsent(name, key -> names.claim(prefix + key));
    }

    /** A body inside a function: its tensors get names of their own, too, for two calls must not share them. */
    private GraphProto renamed(GraphProto body, String prefix, Map<String, String> outside) {
        Map<String, String> renamed = new HashMap<>(outside);
        Bodies.defined(body).forEach(name -> renamed.put(name, names.claim(prefix + name)));
        GraphProto.Builder changed = body.toBuilder().clearNode().clearValueInfo();
        changed.getInputBuilderList().forEach(input -> input.setName(renamed.get(input.getName())));
        changed.getInitializerBuilderList().forEach(tensor -> tensor.setName(renamed.get(tensor.getName())));
        changed.getSparseInitializerBuilderList()
                .forEach(tensor -> tensor.getValuesBuilder()
                        .setName(renamed.get(tensor.getValues().getName())));
        body.getNodeList().forEach(node -> changed.addNode(renamed(node, prefix, renamed)));
        changed.getOutputBuilderList().forEach(output -> output.setName(inner(output.getName(), prefix, renamed)));
        return changed.build();
    }
}
