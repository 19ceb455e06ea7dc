package dev.signet.quantize.fold;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.build.UniqueNames;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.Bodies;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightOperators;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves the weights inside the bodies of If, Loop and Scan to the main graph, with the constants and nodes that make them: a body may
 * use whatever the graph around it has.
 */
final class BodyConstants {
    private final UniqueNames names;

    private final Map<String, Integer> definitions = new HashMap<>();

    private BodyConstants(GraphProto graph) {
        this.names = new UniqueNames(graph);
        count(graph);
    }

    private void count(GraphProto graph) {
        Bodies.defined(graph).forEach(name -> definitions.merge(name, 1, Integer::sum));
        graph.getNodeList().forEach(node -> Bodies.of(node).forEach(this::count));
    }

    /** The model with all weights of its bodies in the main graph; itself where there are none. */
    static ModelProto hoisted(OnnxModel model) {
        GraphProto graph = model.proto().getGraph();
        if (graph.getNodeList().stream()
                .allMatch(node -> Bodies.of(node).findAny().isEmpty())) {
            return model.proto();
        }
        GraphIndex index = GraphIndex.of(model);
        Set<String> constants = new HashSet<>();
        Bodies.defined(graph).stream().filter(index::isConstant).forEach(constants::add);
        var hoisting = new BodyConstants(graph);
        GraphProto.Builder changed = graph.toBuilder().clearNode();
        for (NodeProto node : graph.getNodeList()) {
            Moved moved = new Moved();
            NodeProto without = hoisting.without(node, constants, moved);
            changed.addAllInitializer(moved.initializers)
                    .addAllNode(moved.nodes)
                    .addNode(without);
        }
        return model.proto().toBuilder().setGraph(changed).build();
    }

    /** What leaves a body, in an order in which it can run. */
    private static final class Moved {
        final List<TensorProto> initializers = new ArrayList<>();
        final List<NodeProto> nodes = new ArrayList<>();
    }

    private NodeProto without(NodeProto node, Set<String> outside, Moved moved) {
        return Bodies.map(node, body -> without(body, outside, moved));
    }

    /** A body whose weights, and those of the bodies inside it, are made outside. */
    private GraphProto without(GraphProto body, Set<String> outside, Moved moved) {
        Set<String> constants = new HashSet<>(outside);
        constants.removeAll(Bodies.defined(body));
        body.getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
        // What the body gives out, or is given, stays inside.
        Set<String> outputs = new HashSet<>();
        body.getOutputList().forEach(output -> outputs.add(output.getName()));
        constants.removeAll(outputs);
        body.getInputList().stream().map(ValueInfoProto::getName).forEach(constants::remove);
        GraphProto.Builder inner = body.toBuilder().clearNode();
        for (NodeProto node : body.getNodeList()) {
            Moved fromInside = new Moved();
            NodeProto without = without(node, constants, fromInside);
            inner.addAllInitializer(fromInside.initializers);
            fromInside.initializers.forEach(tensor -> constants.add(tensor.getName()));
            for (NodeProto each : List.copyOf(fromInside.nodes)) {
                inner.addNode(each);
                constants.addAll(each.getOutputList());
            }
            inner.addNode(without);
            if (GraphIndex.isDeterministic(without)
                    && Bodies.of(without).findAny().isEmpty()
                    && without.getInputList().stream().allMatch(name -> name.isEmpty() || constants.contains(name))) {
                constants.addAll(without.getOutputList());
                constants.removeAll(outputs);
            }
        }
        return withoutOwn(inner.build(), constants, moved);
    }

    private GraphProto withoutOwn(GraphProto body, Set<String> constants, Moved moved) {
        Set<String> wanted = new HashSet<>();
        weightOperands(body.getNodeList(), wanted);
        wanted.retainAll(constants);
        // Backwards, so that what a wanted node needs is wanted before its own maker comes.
        for (int i = body.getNodeCount() - 1; i >= 0; i--) {
            NodeProto node = body.getNode(i);
            if (node.getOutputList().stream().anyMatch(wanted::contains)) {
                wanted.addAll(node.getInputList());
            }
        }
        Map<String, String> renamed = new HashMap<>();
        GraphProto.Builder changed = body.toBuilder().clearNode().clearInitializer();
        for (TensorProto tensor : body.getInitializerList()) {
            if (wanted.contains(tensor.getName()) && constants.contains(tensor.getName())) {
                String name = outsideName(tensor.getName(), renamed);
                moved.initializers.add(tensor.toBuilder().setName(name).build());
            } else {
                changed.addInitializer(tensor);
            }
        }
        for (NodeProto node : body.getNodeList()) {
            NodeProto.Builder now = Bodies.withInputs(node, renamed).toBuilder();
            boolean leaves = node.getOutputList().stream().anyMatch(wanted::contains)
                    && constants.containsAll(node.getOutputList());
            if (leaves) {
                for (int i = 0; i < node.getOutputCount(); i++) {
                    now.setOutput(i, node.getOutput(i).isEmpty() ? "" : outsideName(node.getOutput(i), renamed));
                }
                moved.nodes.add(now.build());
            } else {
                changed.addNode(now);
            }
        }
        return changed.build();
    }

    /** The branches of an If may give the same name to different tensors. */
    private String outsideName(String name, Map<String, String> renamed) {
        String outside = definitions.getOrDefault(name, 1) == 1 ? name : names.claim(name);
        renamed.put(name, outside);
        return outside;
    }

    /** The names of what the nodes of a graph, and those inside them, use as weights. */
    static void weightOperands(List<NodeProto> nodes, Set<String> names) {
        Bodies.allNodes(nodes).forEach(node -> {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (WeightOperators.isWeight(node, i)) {
                    names.add(node.getInput(i));
                }
            }
        });
    }
}
