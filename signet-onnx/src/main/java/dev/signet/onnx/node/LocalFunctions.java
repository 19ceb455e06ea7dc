package dev.signet.onnx.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.Domains;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The functions that a model brings along, by what their calls say: domain, name and overload. */
public final class LocalFunctions {
    private final SequencedMap<String, FunctionProto> functions = new LinkedHashMap<>();

    /** The functions of a model. */
    public LocalFunctions(ModelProto model) {
        model.getFunctionsList().forEach(function -> functions.put(key(function), function));
    }

    /** All of them by their keys, in the model's order. */
    public SequencedMap<String, FunctionProto> all() {
        return Collections.unmodifiableSequencedMap(functions);
    }

    /** The function that a node calls; empty for an operator. */
    public Optional<FunctionProto> of(NodeProto node) {
        return Optional.ofNullable(functions.get(key(node)));
    }

    /** What tells a function from others. */
    public static String key(FunctionProto function) {
        return key(function.getDomain(), function.getName(), function.getOverload());
    }

    /** The key of the function that a node would call. */
    public static String key(NodeProto call) {
        return key(call.getDomain(), call.getOpType(), call.getOverload());
    }

    private static String key(String domain, String name, String overload) {
        return (Domains.isStandard(domain) ? "" : domain) + "." + name + ":" + overload;
    }

    /** The values of a function's attributes in a call: those that it gives, and defaults for others. */
    public static Map<String, AttributeProto> arguments(FunctionProto function, NodeProto call) {
        Map<String, AttributeProto> arguments = new HashMap<>();
        function.getAttributeProtoList().forEach(given -> arguments.put(given.getName(), given));
        call.getAttributeList().forEach(given -> arguments.put(given.getName(), given));
        return arguments;
    }

    /** A function's node, with what its attributes, and those in its bodies, take from the call. */
    public static NodeProto withArguments(NodeProto node, Map<String, AttributeProto> arguments) {
        NodeProto.Builder changed = node.toBuilder().clearAttribute();
        for (AttributeProto attribute : node.getAttributeList()) {
            AttributeProto value =
                    attribute.getRefAttrName().isEmpty() ? attribute : arguments.get(attribute.getRefAttrName());
            // An attribute that the call does not give is left out here, too.
            if (value != null) {
                changed.addAttribute(value.toBuilder().setName(attribute.getName()));
            }
        }
        return Bodies.map(changed.build(), body -> {
            GraphProto.Builder graph = body.toBuilder().clearNode();
            body.getNodeList().forEach(inner -> graph.addNode(withArguments(inner, arguments)));
            return graph.build();
        });
    }
}
