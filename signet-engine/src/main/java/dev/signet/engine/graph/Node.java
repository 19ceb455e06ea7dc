package dev.signet.engine.graph;

import dev.signet.onnx.InputException;
import java.util.List;

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
        List<Node> epilogue) {
    /** Copies the lists. */
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        epilogue = List.copyOf(epilogue);
    }

    /** Whether input {@code i} is there. */
    public boolean has(int i) {
        return i < inputs.size() && !inputs.get(i).isEmpty();
    }

    /** The same node followed by {@code nodes}, the last of which makes its output. */
    public Node with(List<Node> nodes) {
        return nodes.isEmpty()
                ? this
                : new Node(label, name, operator, opset, inputs, nodes.getLast().outputs(), attributes, nodes);
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
