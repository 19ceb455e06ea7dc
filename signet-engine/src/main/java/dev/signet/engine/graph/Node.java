package dev.signet.engine.graph;

import dev.signet.onnx.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A node of the graph.
 *
 * @param label how messages name it: file, node and operator
 * @param name the node's name, or its first output where it has none
 * @param operator the operator's name
 * @param opset version of the operator set it is from
 * @param inputs names of the values it reads; "" for an input that is left out
 * @param outputs names of the values it makes; "" for an output that nobody wants
 * @param attributes attributes
 * @param branches under which conditions it runs, all of which must be met; none for a node that always runs
 * @param epilogue nodes that are applied to its only output, element by element, before that is stored
 */
public record Node(
        String label,
        String name,
        String operator,
        int opset,
        List<String> inputs,
        List<String> outputs,
        Attributes attributes,
        List<Branch> branches,
        List<Node> epilogue) {
    /**
     * A branch of If.
     *
     * @param condition name of the condition's value
     * @param taken which value takes this branch
     */
    public record Branch(String condition, boolean taken) {}

    /** Copies the lists. */
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        branches = List.copyOf(branches);
        epilogue = List.copyOf(epilogue);
    }

    /** Whether input {@code i} is there. */
    public boolean has(int i) {
        return i < inputs.size() && !inputs.get(i).isEmpty();
    }

    /** The same node without the outputs, but for the first, that nobody reads. */
    Node withOutputs(Set<String> used) {
        List<String> wanted = new ArrayList<>();
        for (String output : outputs) {
            wanted.add(wanted.isEmpty() || used.contains(output) ? output : "");
        }
        return new Node(label, name, operator, opset, inputs, wanted, attributes, branches, epilogue);
    }

    /** The same node followed by {@code nodes}, the last of which makes its output. */
    public Node with(List<Node> nodes) {
        return nodes.isEmpty()
                ? this
                : new Node(
                        label, name, operator, opset, inputs, nodes.getLast().outputs(), attributes, branches, nodes);
    }

    /** An error of this node. */
    public InputException error(String problem, String remedy) {
        return InputException.of(label, problem, remedy);
    }

    /** An error of this node that only another export can mend. */
    public InputException error(String problem) {
        return error(problem, "check the model with an ONNX checker, or export it again");
    }
}
