package dev.signet.onnx.rewrite;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The constants of a main graph that may as well be computed when the model is loaded: they are added, multiplied or looked up.
 * Shapes, axes and pads are not among them, since runtimes want to know these before they compute anything.
 */
final class StoredConstants {
    private static final Set<Integer> ANY = Set.of(0, 1, 2, 3);

    /** Which inputs of an operator may be computed. */
    private static final Map<String, Set<Integer>> COMPUTED = Map.ofEntries(
            Map.entry("Conv", Set.of(2)),
            Map.entry("ConvTranspose", Set.of(2)),
            Map.entry("Gemm", Set.of(2)),
            Map.entry("BatchNormalization", Set.of(1, 2, 3, 4)),
            Map.entry("InstanceNormalization", Set.of(1, 2)),
            Map.entry("LayerNormalization", Set.of(1, 2)),
            Map.entry("PRelu", Set.of(1)),
            Map.entry("LSTM", Set.of(3)),
            Map.entry("GRU", Set.of(3)),
            Map.entry("RNN", Set.of(3)),
            Map.entry("Add", ANY),
            Map.entry("Sub", ANY),
            Map.entry("Mul", ANY),
            Map.entry("Div", ANY),
            Map.entry("Gather", Set.of(1)),
            Map.entry("GatherElements", Set.of(1)),
            Map.entry("GatherND", Set.of(1)),
            Map.entry("ScatterND", Set.of(1)),
            Map.entry("ScatterElements", Set.of(1)));

    private final GraphIndex index;
    private final GraphProto graph;

    StoredConstants(OnnxModel model) {
        index = GraphIndex.of(model);
        graph = model.proto().getGraph();
    }

    /** Those of a type, by their names, in the order of the file: initializers, then what Constant nodes hold. */
    Map<String, TensorProto> ofType(ElementType type) {
        Map<String, TensorProto> found = new LinkedHashMap<>();
        graph.getInitializerList().stream()
                .filter(tensor -> !index.isRepeated(tensor.getName()))
                .forEach(tensor -> found.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            NodeView view = NodeView.of(node);
            if (view.is("Constant") && node.getOutputCount() == 1) {
                view.attribute("value").ifPresent(value -> found.put(view.output(), value.getT()));
            }
        }
        found.entrySet()
                .removeIf(entry -> entry.getValue().getDataType() != type.number() || !mayBeComputed(entry.getKey()));
        return found;
    }

    private boolean mayBeComputed(String name) {
        List<GraphIndex.Use> uses = index.uses(name);
        return !uses.isEmpty()
                && !index.isInput(name)
                && !index.isOutput(name)
                && uses.stream().allMatch(use -> {
                    NodeView node = NodeView.of(index.node(use.node()));
                    return node.isStandard()
                            && COMPUTED.getOrDefault(node.proto().getOpType(), Set.of())
                                    .contains(use.input());
                });
    }

    /** The index of the Constant node that holds a constant; empty for an initializer. */
    private OptionalInt node(String name) {
        return index.producer(name);
    }

    /** The graph with some constants changed where they are; their names and shapes stay. */
    GraphProto changed(Map<String, TensorProto> constants, UnaryOperator<TensorProto> change) {
        GraphProto.Builder changed = graph.toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            if (constants.containsKey(graph.getInitializer(i).getName())) {
                changed.setInitializer(i, change.apply(graph.getInitializer(i)));
            }
        }
        constants.forEach((name, tensor) -> node(name).ifPresent(at -> {
            NodeProto.Builder node = changed.getNodeBuilder(at);
            node.getAttributeBuilderList().stream()
                    .filter(attribute -> attribute.getName().equals("value"))
                    .forEach(attribute -> attribute.setT(change.apply(tensor)));
        }));
        return changed.build();
    }

    /** The graph without some constants, and with initializers and nodes that make them again before all others. */
    GraphProto replaced(Set<String> gone, List<TensorProto> initializers, List<NodeProto> nodes) {
        Set<Integer> goneNodes = new HashSet<>();
        gone.forEach(name -> node(name).ifPresent(goneNodes::add));
        GraphProto.Builder replaced = graph.toBuilder().clearInitializer().clearNode();
        graph.getInitializerList().stream()
                .filter(tensor -> !gone.contains(tensor.getName()))
                .forEach(replaced::addInitializer);
        replaced.addAllInitializer(initializers).addAllNode(nodes);
        List<NodeProto> rest = new ArrayList<>();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (!goneNodes.contains(i)) {
                rest.add(graph.getNode(i));
            }
        }
        return replaced.addAllNode(rest).build();
    }
}
