package dev.signet.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one Swish of a Sigmoid and the Mul of its output and its input, where nobody else reads the output: SiLU, as exporters write it before opset 24. */
public final class SwishFusion {
    private static final int TIMES = 2;

    private SwishFusion() {}

    /**
     * The nodes of a graph, fused.
     *
     * @param outputs the graph's, which count as read
     */
    public static List<Node> apply(List<Node> nodes, List<String> outputs) {
        Map<String, Integer> readers = new HashMap<>();
        Map<String, Node> sigmoids = new HashMap<>();
        outputs.forEach(output -> readers.merge(output, 1, Integer::sum));
        for (Node node : nodes) {
            node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
            if (node.operator().equals("Sigmoid") && node.epilogue().isEmpty()) {
                sigmoids.put(node.outputs().getFirst(), node);
            }
        }
        Set<Node> absorbed = new HashSet<>();
        List<Node> fused = new ArrayList<>();
        for (Node node : nodes) {
            Node sigmoid =
                    node.operator().equals("Mul") && node.inputs().size() == TIMES ? partner(node, sigmoids) : null;
            if (sigmoid != null
                    && readers.getOrDefault(sigmoid.outputs().getFirst(), 0) == 1
                    && sigmoid.branches().equals(node.branches())) {
                absorbed.add(sigmoid);
                fused.add(swish(node, sigmoid));
            } else {
                fused.add(node);
            }
        }
        fused.removeIf(absorbed::contains);
        return fused;
    }

    private static @Nullable Node partner(Node product, Map<String, Node> sigmoids) {
        for (int i = 0; i < TIMES; i++) {
            Node sigmoid = sigmoids.get(product.inputs().get(i));
            if (sigmoid != null
                    && sigmoid.inputs().getFirst().equals(product.inputs().get(1 - i))) {
                return sigmoid;
            }
        }
        return null;
    }

    private static Node swish(Node product, Node sigmoid) {
        return new Node(
                product.label(),
                product.name(),
                "Swish",
                product.opset(),
                sigmoid.inputs(),
                product.outputs(),
                new Attributes(Map.of()),
                product.branches(),
                product.epilogue());
    }
}
