package dev.signet.onnx.check;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.Domains;
import dev.signet.onnx.InputException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model's local functions come to when a runtime puts their nodes in place of each call: none may contain itself, by
 * whatever way, and all together must stay a model (sixteen functions that each call the one before twice are 65,536 nodes, forty
 * are a million million).
 */
final class FunctionCheck {
    /** More than any network has. */
    private static final long MOST_NODES = 2_000_000;

    /** Calls within calls. */
    private static final int DEEPEST = 100;

    private final ModelProto model;
    private final String where;
    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();

    FunctionCheck(ModelProto model, String where) {
        this.model = model;
        this.where = where;
        model.getFunctionsList()
                .forEach(function -> functions.put(key(function.getDomain(), function.getName()), function));
    }

    void check() {
        model.getFunctionsList().forEach(function -> size(key(function.getDomain(), function.getName()), 0));
        if (nodes(model.getGraph().getNodeList(), 0) > MOST_NODES) {
            throw InputException.of(
                    where,
                    String.format(Locale.ROOT, "has functions that come to more than %d nodes", MOST_NODES),
                    "export it without local functions");
        }
    }

    /** Nodes of a function with all that it calls. */
    private long size(String key, int depth) {
        FunctionProto function = functions.get(key);
        if (function == null) {
            return 1;
        }
        @Nullable Long known = sizes.get(key);
        if ((known != null && known < 0) || depth > DEEPEST) {
            throw InputException.of(
                    String.format(Locale.ROOT, "%s: function '%s'", where, function.getName()),
                    known != null
                            ? "calls itself"
                            : String.format(Locale.ROOT, "calls functions more than %d deep", DEEPEST),
                    "export it without local functions");
        }
        if (known == null) {
            // Being counted.
            sizes.put(key, -1L);
            known = nodes(function.getNodeList(), depth + 1);
            sizes.put(key, known);
        }
        return known;
    }

    private long nodes(List<NodeProto> nodes, int depth) {
        long sum = 0;
        for (NodeProto node : nodes) {
            sum += size(key(node.getDomain(), node.getOpType()), depth);
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    sum += nodes(attribute.getG().getNodeList(), depth + 1);
                }
                for (GraphProto graph : attribute.getGraphsList()) {
                    sum += nodes(graph.getNodeList(), depth + 1);
                }
            }
            // Saturated: sums of sums do not overflow.
            sum = Math.min(sum, MOST_NODES + 1);
        }
        return sum;
    }

    private static String key(String domain, String name) {
        return (Domains.isStandard(domain) ? "" : domain) + "\n" + name;
    }
}
