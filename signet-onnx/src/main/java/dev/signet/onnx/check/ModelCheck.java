package dev.signet.onnx.check;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks through all graphs, nodes and tensors of a model for what no sound network has. */
public final class ModelCheck {
    /** Graphs within graphs: ONNX Runtime's time to load doubles with each, and real networks have a handful. */
    private static final int DEEPEST = 10;

    private final String where;
    private final NodeCheck nodes;

    private ModelCheck(String where, NodeCheck nodes) {
        this.where = where;
        this.nodes = nodes;
    }

    /**
     * Looks through a model.
     *
     * @param where how messages name it
     * @throws InputException naming node or tensor, if native code must not see it
     */
    public static void check(ModelProto model, String where) {
        var check = new ModelCheck(where, new NodeCheck(where));
        new FunctionCheck(model, where).check();
        model.getFunctionsList().forEach(function -> check.nodes(function.getNodeList(), 0, Map.of()));
        check.graph(model.getGraph(), 0);
        check.ends(model.getGraph());
        SizeCheck.check(model.getGraph(), where);
    }

    private void ends(GraphProto graph) {
        if (graph.getOutputCount() == 0) {
            throw InputException.of(where, "has no outputs", "export it again with what it computes as outputs");
        }
        // Files of IR 3 list initializers among the inputs, and some are empty: Resize's region of interest.
        Set<String> given =
                graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
        for (ValueInfoProto input : graph.getInputList()) {
            if (given.contains(input.getName())) {
                continue;
            }
            List<Long> sides = input.getType().getTensorType().getShape().getDimList().stream()
                    .map(side -> side.hasDimValue() ? side.getDimValue() : 1)
                    .toList();
            // Negative sides are how some exporters write open ones.
            if (sides.contains(0L)
                    || TensorCheck.values(sides.stream()
                                    .map(side -> Math.max(1, side))
                                    .toList())
                            < 0) {
                throw InputException.of(
                        String.format(Locale.ROOT, "%s: input '%s'", where, input.getName()),
                        String.format(Locale.ROOT, "has the shape %s, which no input can have", sides),
                        "export it with the size that it is used with");
            }
        }
    }

    private void graph(GraphProto graph, int depth) {
        if (depth > DEEPEST) {
            throw InputException.of(
                    where,
                    String.format(Locale.ROOT, "has graphs in graphs, more than %d deep", DEEPEST),
                    "simplify it before it is exported");
        }
        Map<String, TensorProto> constants = new HashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            TensorCheck.check(tensor, where);
            constants.put(tensor.getName(), tensor);
        }
        graph.getSparseInitializerList().forEach(sparse -> TensorCheck.check(sparse, where));
        nodes(graph.getNodeList(), depth, constants);
    }

    private void nodes(List<NodeProto> list, int depth, Map<String, TensorProto> initializers) {
        Map<String, TensorProto> constants = new HashMap<>(initializers);
        for (int i = 0; i < list.size(); i++) {
            NodeProto node = list.get(i);
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasT()) {
                    TensorCheck.check(attribute.getT(), where);
                }
                attribute.getTensorsList().forEach(tensor -> TensorCheck.check(tensor, where));
                if (attribute.hasG()) {
                    graph(attribute.getG(), depth + 1);
                }
                attribute.getGraphsList().forEach(graph -> graph(graph, depth + 1));
            }
            if (Domains.isStandard(node.getDomain())
                    && node.getOpType().equals("Constant")
                    && node.getOutputCount() == 1) {
                node.getAttributeList().stream()
                        .filter(AttributeProto::hasT)
                        .forEach(value -> constants.put(node.getOutput(0), value.getT()));
            }
            nodes.check(node, i, constants);
        }
    }
}
