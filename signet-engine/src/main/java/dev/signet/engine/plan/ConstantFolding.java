package dev.signet.engine.plan;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Graph;
import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Operands.Operand;
import dev.signet.engine.operator.Operators;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Computes what is the same in every run once, when the network is loaded, and drops the constants that nobody reads then. */
public final class ConstantFolding {
    private ConstantFolding() {}

    public static Graph apply(Graph graph) {
        SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        List<Node> left = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean known = node.inputs().stream().allMatch(input -> input.isEmpty() || constants.containsKey(input));
            if (!known) {
                left.add(node);
                continue;
            }
            List<@Nullable Operand> inputs = new ArrayList<>();
            for (String input : node.inputs()) {
                Tensor value = constants.get(input);
                inputs.add(value == null ? null : Operand.constant(value));
            }
            Optional<List<Tensor>> computed = compute(node, inputs);
            if (computed.isEmpty()) {
                left.add(node);
                continue;
            }
            List<Tensor> outputs = computed.get();
            for (int i = 0; i < node.outputs().size(); i++) {
                if (!node.outputs().get(i).isEmpty()) {
                    constants.put(node.outputs().get(i), outputs.get(i));
                }
            }
        }
        Set<String> used = new HashSet<>(graph.outputs());
        left.forEach(node -> used.addAll(node.inputs()));
        constants.keySet().retainAll(used);
        return graph.with(left, constants);
    }

    // A node of a branch that is never taken may be impossible.
    private static Optional<List<Tensor>> compute(Node node, List<@Nullable Operand> inputs) {
        try {
            return Optional.of(
                    Evaluation.run(Operators.find(node.operator()).orElseThrow(), node, inputs, Workers.CALLER));
        } catch (InputException e) {
            if (node.branches().isEmpty()) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
