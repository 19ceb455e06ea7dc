package dev.signet.engine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.LocalFunctions;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.packed.MultiBitFunction;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A model's nodes without nesting: calls of the model's functions are replaced by the function's nodes, the branches of If by their
 * nodes, which say of themselves when they run ({@link Node.Branch}), a {@link CountedLoop} by its
 * body as often as it counts, and ONNX Runtime's FusedConv by the nodes that were fused.
 */
final class Inlining {
    private static final String RUNTIME_DOMAIN = "com.microsoft";
    private static final int MOST_NODES = 1 << 20;
    private static final int DEEPEST = 32;
    private static final int OPSET_OF_AXES = 13;

    /** A node of the standard operators, or one that the engine does not know. */
    record Placed(NodeProto node, int opset, List<Node.Branch> branches) {}

    /**
     * What names mean in a graph, a branch or a function.
     *
     * @param names values that are called otherwise outside
     * @param prefix of the names of values that are made inside
     * @param closed whether names that are not known belong to this scope: in functions
     * @param arguments attributes of the call, in functions
     */
    private record Scope(
            Map<String, String> names,
            String prefix,
            boolean closed,
            Map<String, AttributeProto> arguments,
            int opset,
            List<Node.Branch> branches,
            int depth) {
        String resolve(String name) {
            return name.isEmpty() ? name : names.getOrDefault(name, closed ? prefix + name : name);
        }

        void define(String name) {
            if (!name.isEmpty() && !prefix.isEmpty()) {
                names.putIfAbsent(name, prefix + name);
            }
        }
    }

    private final OnnxModel model;
    private final LocalFunctions functions;
    private final List<Placed> nodes = new ArrayList<>();
    private final List<TensorProto> constants = new ArrayList<>();
    // Constants that are known before anything is computed, by name.
    private final Map<String, TensorProto> known = new HashMap<>();
    private int scopes;

    /** @param packed names of weights whose nodes are left out */
    Inlining(OnnxModel model, Set<String> packed) {
        this.model = model;
        this.functions = new LocalFunctions(model.proto());
        model.proto().getGraph().getInitializerList().forEach(constant -> known.put(constant.getName(), constant));
        Scope whole = new Scope(new HashMap<>(), "", false, Map.of(), model.opset(), List.of(), 0);
        for (NodeProto node : model.proto().getGraph().getNodeList()) {
            boolean computed =
                    MultiBitFunction.isCall(node) || NodeView.of(node).is("DequantizeLinear");
            if (!computed || !packed.contains(NodeView.of(node).output())) {
                place(node, whole);
            }
        }
    }

    /** The nodes, in their order. */
    List<Placed> nodes() {
        return nodes;
    }

    /** Initializers of branches. */
    List<TensorProto> constants() {
        return constants;
    }

    private InputException tooDeep(NodeProto node) {
        return InputException.of(
                "%s: node '%s' (%s)".formatted(model.where(), node.getName(), node.getOpType()),
                String.format(
                        Locale.ROOT,
                        "nests functions or branches deeper than %d, or into more than %d nodes",
                        DEEPEST,
                        MOST_NODES),
                "check the model with an ONNX checker, or export it again");
    }

    private void place(NodeProto node, Scope scope) {
        if (scope.depth() > DEEPEST || nodes.size() > MOST_NODES) {
            throw tooDeep(node);
        }
        FunctionProto function = functions.of(node).orElse(null);
        if (function != null) {
            call(node, function, scope);
            return;
        }
        NodeProto renamed = renamed(node, scope);
        if (NodeView.of(node).isStandard() && node.getOpType().equals("If")) {
            branch(node, renamed, scope);
        } else if (NodeView.of(node).isStandard() && node.getOpType().equals("Loop")) {
            CountedLoop.of(renamed, known, new TensorReader(model))
                    .ifPresentOrElse(loop -> unroll(renamed, loop, scope), () -> add(renamed, scope));
        } else if (node.getDomain().equals(RUNTIME_DOMAIN) && node.getOpType().equals("FusedConv")) {
            FusedConvolution.nodes(renamed).forEach(part -> add(part, scope));
        } else {
            add(renamed, scope);
        }
    }

    private void keep(TensorProto constant) {
        constants.add(constant);
        known.put(constant.getName(), constant);
    }

    private void add(NodeProto node, Scope scope) {
        if (NodeView.of(node).is("Constant") && scope.branches().isEmpty()) {
            node.getAttributeList().stream()
                    .filter(AttributeProto::hasT)
                    .forEach(value -> known.put(node.getOutput(0), value.getT()));
        }
        nodes.add(new Placed(node, scope.opset(), scope.branches()));
    }

    private NodeProto renamed(NodeProto node, Scope scope) {
        NodeProto whole = scope.closed() ? LocalFunctions.withArguments(node, scope.arguments()) : node;
        NodeProto.Builder renamed = whole.toBuilder().clearInput().clearOutput();
        node.getInputList().forEach(input -> renamed.addInput(scope.resolve(input)));
        node.getOutputList().forEach(scope::define);
        node.getOutputList().forEach(output -> renamed.addOutput(scope.resolve(output)));
        return renamed.build();
    }

    private String prefix(NodeProto node) {
        return (node.getName().isEmpty() ? node.getOpType() : node.getName()) + "#" + ++scopes + "/";
    }

    private void call(NodeProto node, FunctionProto function, Scope scope) {
        NodeProto outside = renamed(node, scope);
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            names.put(function.getInput(i), i < outside.getInputCount() ? outside.getInput(i) : "");
        }
        for (int i = 0; i < function.getOutputCount() && i < outside.getOutputCount(); i++) {
            if (!outside.getOutput(i).isEmpty()) {
                names.put(function.getOutput(i), outside.getOutput(i));
            }
        }
        Map<String, AttributeProto> arguments = LocalFunctions.arguments(function, outside);
        int opset = scope.opset();
        for (OperatorSetIdProto imported : function.getOpsetImportList()) {
            if (Domains.isStandard(imported.getDomain())) {
                opset = (int) Math.clamp(imported.getVersion(), 1L, Integer.MAX_VALUE);
            }
        }
        Scope inside = new Scope(names, prefix(node), true, arguments, opset, scope.branches(), scope.depth() + 1);
        function.getNodeList().forEach(inner -> place(inner, inside));
    }

    private void branch(NodeProto node, NodeProto renamed, Scope scope) {
        String condition = renamed.getInputCount() == 0 ? "" : renamed.getInput(0);
        NodeProto.Builder choice = renamed.toBuilder().clearAttribute();
        for (boolean taken : new boolean[] {true, false}) {
            String name = taken ? "then_branch" : "else_branch";
            GraphProto graph = node.getAttributeList().stream()
                    .filter(attribute -> attribute.getName().equals(name))
                    .map(AttributeProto::getG)
                    .findFirst()
                    .orElse(GraphProto.getDefaultInstance());
            List<Node.Branch> branches = new ArrayList<>(scope.branches());
            branches.add(new Node.Branch(condition, taken));
            Scope inside = new Scope(
                    new HashMap<>(scope.names()),
                    scope.prefix() + prefix(node),
                    scope.closed(),
                    scope.arguments(),
                    scope.opset(),
                    List.copyOf(branches),
                    scope.depth() + 1);
            for (TensorProto constant : graph.getInitializerList()) {
                inside.names().put(constant.getName(), inside.prefix() + constant.getName());
                keep(constant.toBuilder()
                        .setName(inside.resolve(constant.getName()))
                        .build());
            }
            graph.getNodeList().forEach(inner -> place(inner, inside));
            for (ValueInfoProto output : graph.getOutputList()) {
                choice.addInput(inside.resolve(output.getName()));
            }
        }
        add(choice.build(), scope);
    }

    private void unroll(NodeProto node, CountedLoop loop, Scope scope) {
        GraphProto body = loop.body();
        int handed = node.getInputCount() - CountedLoop.FIRST;
        int made = body.getOutputCount() - 1;
        List<String> values = new ArrayList<>(node.getInputList().subList(CountedLoop.FIRST, node.getInputCount()));
        String whole = scope.prefix() + prefix(node);
        Map<String, String> shared = new HashMap<>(scope.names());
        shared.put(body.getInput(1).getName(), constant(whole + "true", ElementType.BOOL, 1));
        for (TensorProto constant : body.getInitializerList()) {
            shared.put(constant.getName(), whole + constant.getName());
            keep(constant.toBuilder().setName(whole + constant.getName()).build());
        }
        List<NodeProto.Builder> stacks = new ArrayList<>();
        for (int i = handed; i < made; i++) {
            stacks.add(NodeProto.newBuilder()
                    .setName(node.getName())
                    .setOpType("Concat")
                    .addAttribute(axes("axis", AttributeProto.AttributeType.INT))
                    .addOutput(node.getOutput(i)));
        }
        for (int round = 0; round < loop.rounds(); round++) {
            Map<String, String> names = new HashMap<>(shared);
            String prefix = whole + round + "/";
            names.put(body.getInput(0).getName(), constant(prefix + "round", ElementType.INT64, round));
            for (int i = 0; i < handed; i++) {
                names.put(body.getInput(CountedLoop.FIRST + i).getName(), values.get(i));
            }
            Scope inside = new Scope(
                    names,
                    prefix,
                    scope.closed(),
                    scope.arguments(),
                    scope.opset(),
                    scope.branches(),
                    scope.depth() + 1);
            body.getNodeList().forEach(inner -> place(inner, inside));
            for (int i = 0; i < made; i++) {
                String value = inside.resolve(body.getOutput(1 + i).getName());
                if (i < handed) {
                    values.set(i, value);
                } else {
                    stacks.get(i - handed).addInput(unsqueezed(node, value, prefix + "row" + i, scope));
                }
            }
        }
        for (int i = 0; i < handed; i++) {
            if (!node.getOutput(i).isEmpty()) {
                add(
                        NodeProto.newBuilder()
                                .setName(node.getName())
                                .setOpType("Identity")
                                .addInput(values.get(i))
                                .addOutput(node.getOutput(i))
                                .build(),
                        scope);
            }
        }
        stacks.stream().filter(stack -> !stack.getOutput(0).isEmpty()).forEach(stack -> add(stack.build(), scope));
    }

    private String constant(String name, ElementType type, long value) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.number());
        keep(
                type == ElementType.BOOL
                        ? tensor.addInt32Data(Math.toIntExact(value)).build()
                        : tensor.addInt64Data(value).build());
        return name;
    }

    // From opset 13 on the axes are an input.
    private String unsqueezed(NodeProto loop, String value, String name, Scope scope) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName(loop.getName())
                .setOpType("Unsqueeze")
                .addInput(value)
                .addOutput(name);
        if (scope.opset() < OPSET_OF_AXES) {
            node.addAttribute(axes("axes", AttributeProto.AttributeType.INTS));
        } else {
            keep(Tensors.longs(name + "Axes", 0));
            node.addInput(name + "Axes");
        }
        add(node.build(), scope);
        return name;
    }

    private static AttributeProto axes(String name, AttributeProto.AttributeType type) {
        AttributeProto.Builder axis = AttributeProto.newBuilder().setName(name).setType(type);
        return type == AttributeProto.AttributeType.INTS
                ? axis.addInts(0).build()
                : axis.setI(0).build();
    }
}
