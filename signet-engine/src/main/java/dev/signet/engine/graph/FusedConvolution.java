package dev.signet.engine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;

/** ONNX Runtime's FusedConv: a convolution, a sum with a fourth input, and an activation, the last two where they are there. */
final class FusedConvolution {
    private static final int SUM = 3;

    private FusedConvolution() {}

    /** The standard nodes that were fused into {@code node}. */
    static List<NodeProto> nodes(NodeProto node) {
        String activation = "";
        List<Float> parameters = List.of();
        NodeProto.Builder convolution = NodeProto.newBuilder()
                .setName(node.getName())
                .setOpType("Conv")
                .addAllInput(node.getInputList().subList(0, Math.min(SUM, node.getInputCount())));
        for (AttributeProto attribute : node.getAttributeList()) {
            switch (attribute.getName()) {
                case "activation" -> activation = attribute.getS().toStringUtf8();
                case "activation_params" -> parameters = attribute.getFloatsList();
                default -> convolution.addAttribute(attribute);
            }
        }
        boolean sum = node.getInputCount() > SUM && !node.getInput(SUM).isEmpty();
        String output = node.getOutput(0);
        String inner = output + "#fused";
        boolean last = !sum && activation.isEmpty();
        List<NodeProto> nodes = new ArrayList<>();
        nodes.add(convolution.addOutput(last ? output : inner).build());
        if (sum) {
            String sumOutput = activation.isEmpty() ? output : inner + "Sum";
            nodes.add(NodeProto.newBuilder()
                    .setName(node.getName())
                    .setOpType("Add")
                    .addInput(inner)
                    .addInput(node.getInput(SUM))
                    .addOutput(sumOutput)
                    .build());
            inner = sumOutput;
        }
        if (!activation.isEmpty()) {
            nodes.add(activation(node.getName(), activation, parameters, inner, output));
        }
        return nodes;
    }

    private static NodeProto activation(
            String name, String activation, List<Float> parameters, String input, String output) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setName(name)
                .setOpType(activation)
                .addInput(input)
                .addOutput(output);
        List<String> names = switch (activation) {
            case "LeakyRelu" -> List.of("alpha");
            case "Clip" -> List.of("min", "max");
            case "HardSigmoid" -> List.of("alpha", "beta");
            default -> List.of();
        };
        for (int i = 0; i < Math.min(names.size(), parameters.size()); i++) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(names.get(i))
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF(parameters.get(i)));
        }
        return node.build();
    }
}
