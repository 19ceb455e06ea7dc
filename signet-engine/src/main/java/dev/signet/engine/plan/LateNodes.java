package dev.signet.engine.plan;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Operands.Operand;
import dev.signet.engine.operator.Operators;
import dev.signet.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a network that can only be planned when values are there, because a shape follows from them, and all that read what they make. They
 * are planned and computed one by one in every run, when the plan's steps are done.
 *
 * @param nodes in an order in which they can be computed
 * @param constants what is the same in every run
 * @param places where the steps leave the values that they read
 */
public record LateNodes(List<Node> nodes, Map<String, Operand> constants, Map<String, Plan.Place> places) {
    /** Copies the collections. */
    public LateNodes {
        nodes = List.copyOf(nodes);
        constants = Map.copyOf(constants);
        places = Map.copyOf(places);
    }

    /**
     * Computes the nodes.
     *
     * @param values what is in each of the {@link #places}
     * @return the value of each of {@code outputs}; nothing for one that is none of these nodes'
     * @throws dev.signet.onnx.InputException if a node can not be run on these values
     */
    public List<Optional<Tensor>> run(Map<String, Tensor> values, List<String> outputs, Workers workers) {
        Map<String, Operand> operands = new HashMap<>(constants);
        values.forEach((name, value) -> operands.put(name, Operand.constant(value)));
        Map<String, Tensor> made = new HashMap<>();
        for (Node node : nodes) {
            if (!isTaken(node, operands)) {
                continue;
            }
            List<Tensor> results = node.operator().equals(Planner.IF)
                    ? chosen(node, operands)
                    : Evaluation.run(
                            Operators.find(node.operator()).orElseThrow(),
                            node,
                            inputs(node, operands),
                            operands,
                            workers);
            for (int i = 0; i < node.outputs().size(); i++) {
                String name = node.outputs().get(i);
                if (!name.isEmpty()) {
                    operands.put(name, Operand.constant(results.get(i)));
                    made.put(name, results.get(i));
                }
            }
        }
        return outputs.stream().map(name -> Optional.ofNullable(made.get(name))).toList();
    }

    private static boolean isTaken(Node node, Map<String, Operand> operands) {
        for (Node.Branch branch : node.branches()) {
            Operand condition = operands.get(branch.condition());
            if (condition == null || truth(condition) != branch.taken()) {
                return false;
            }
        }
        return true;
    }

    private static boolean truth(Operand condition) {
        return condition.value().orElseThrow().longs()[0] != 0;
    }

    private static List<@Nullable Operand> inputs(Node node, Map<String, Operand> operands) {
        List<@Nullable Operand> inputs = new ArrayList<>();
        for (String name : node.inputs()) {
            Operand operand = operands.get(name);
            if (operand == null && !name.isEmpty()) {
                throw node.error("input '" + name + "' was not computed", "give another input");
            }
            inputs.add(operand);
        }
        return inputs;
    }

    // The values of an If are those of the branch that it takes.
    private static List<Tensor> chosen(Node node, Map<String, Operand> operands) {
        Operand condition = operands.get(node.inputs().getFirst());
        if (condition == null) {
            throw node.error("its condition was not computed", "give another input");
        }
        int count = node.outputs().size();
        int first = 1 + (truth(condition) ? 0 : count);
        List<Tensor> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Operand operand = operands.get(node.inputs().get(first + i));
            if (operand == null) {
                throw node.error("takes a branch that can not be run on these inputs", "give another input");
            }
            values.add(operand.value().orElseThrow());
        }
        return values;
    }
}
