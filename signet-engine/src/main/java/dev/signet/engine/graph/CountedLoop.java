package dev.signet.engine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.tensor.TensorReader;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Loop whose number of rounds the file says: its count is a constant, and its condition stays true.
 *
 * @param body what is done in each round
 * @param rounds how often, at least once
 */
record CountedLoop(GraphProto body, int rounds) {
    private static final int MOST_ROUNDS = 1 << 16;

    // Inputs of the body, and of the node, before those that are handed from round to round.
    static final int FIRST = 2;

    /**
     * The loop of {@code node}, if it is one.
     *
     * @param constants the graph's, by the names that the node has for them
     */
    static Optional<CountedLoop> of(NodeProto node, Map<String, TensorProto> constants, TensorReader reader) {
        GraphProto body = node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("body"))
                .map(AttributeProto::getG)
                .findFirst()
                .orElse(GraphProto.getDefaultInstance());
        int handed = node.getInputCount() - FIRST;
        boolean fits = handed >= 0
                && body.getInputCount() == node.getInputCount()
                && body.getOutputCount() == node.getOutputCount() + 1
                && node.getOutputCount() >= handed;
        if (!fits) {
            return Optional.empty();
        }
        Optional<Long> rounds = scalar(constants.get(node.getInput(0)), reader);
        boolean begins = node.getInput(1).isEmpty()
                || scalar(constants.get(node.getInput(1)), reader).orElse(0L) != 0;
        return rounds.isPresent()
                        && rounds.get() >= 1
                        && rounds.get() <= MOST_ROUNDS
                        && begins
                        && staysTrue(body, reader)
                ? Optional.of(new CountedLoop(body, Math.toIntExact(rounds.get())))
                : Optional.empty();
    }

    private static Optional<Long> scalar(@Nullable TensorProto tensor, TensorReader reader) {
        return tensor != null && TensorReader.type(tensor).isInteger() && reader.elements(tensor) == 1
                ? Optional.of(reader.longs(tensor)[0])
                : Optional.empty();
    }

    // Whether the condition that a round makes is the one that it was given, or true.
    private static boolean staysTrue(GraphProto body, TensorReader reader) {
        String name = body.getOutput(0).getName();
        for (int step = 0; step <= body.getNodeCount(); step++) {
            String wanted = name;
            if (wanted.equals(body.getInput(1).getName())) {
                return true;
            }
            for (TensorProto constant : body.getInitializerList()) {
                if (constant.getName().equals(wanted)) {
                    return scalar(constant, reader).orElse(0L) != 0;
                }
            }
            Optional<NodeProto> maker = body.getNodeList().stream()
                    .filter(node -> node.getOutputList().contains(wanted))
                    .findFirst();
            if (maker.isEmpty()) {
                return false;
            }
            switch (maker.get().getOpType()) {
                case "Identity" -> name = maker.get().getInput(0);
                case "Constant" -> {
                    return maker.get().getAttributeList().stream()
                            .filter(AttributeProto::hasT)
                            .anyMatch(value -> scalar(value.getT(), reader).orElse(0L) != 0);
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }
}
