package dev.signet.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Moves BatchNormalization and activations into the product whose output they read, where nobody else reads it: one pass over
 * memory instead of three.
 */
public final class EpilogueFusion {
    private static final Set<String> PRODUCTS = Set.of("Conv", "ConvTranspose");

    // What a sum can do on the way is an activation.
    private static final String SUM = "Add";

    private final Graph graph;
    private final Predicate<Node> accepted;
    private final Map<String, Integer> readers = new HashMap<>();
    private final Map<String, Node> reader = new HashMap<>();

    private EpilogueFusion(Graph graph, Predicate<Node> accepted) {
        this.graph = graph;
        this.accepted = accepted;
        for (Node node : graph.nodes()) {
            for (String input : node.inputs()) {
                readers.merge(input, 1, Integer::sum);
                reader.put(input, node);
            }
        }
        graph.outputs().forEach(output -> readers.merge(output, 1, Integer::sum));
    }

    /**
     * The nodes of {@code graph}, fused.
     *
     * @param accepted the nodes that an epilogue can hold; a BatchNormalization comes first or not at all, and at most one
     *     activation after it
     */
    public static List<Node> apply(Graph graph, Predicate<Node> accepted) {
        return new EpilogueFusion(graph, accepted).apply();
    }

    private List<Node> apply() {
        Set<Node> absorbed = new HashSet<>();
        List<Node> fused = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (absorbed.contains(node)) {
                continue;
            }
            boolean taking =
                    PRODUCTS.contains(node.operator()) || node.operator().equals(SUM);
            List<Node> epilogue = taking ? epilogue(node) : List.of();
            absorbed.addAll(epilogue);
            fused.add(node.with(epilogue));
        }
        return fused;
    }

    private List<Node> epilogue(Node product) {
        List<Node> epilogue = new ArrayList<>();
        boolean constants = !product.has(2)
                || graph.constants().containsKey(product.inputs().get(2));
        String value = product.outputs().getFirst();
        while (constants && readers.getOrDefault(value, 0) == 1) {
            Node next = reader.get(value);
            if (next == null || !follows(product, next, value, epilogue)) {
                break;
            }
            epilogue.add(next);
            value = next.outputs().getFirst();
        }
        return epilogue;
    }

    private boolean follows(Node product, Node next, String value, List<Node> epilogue) {
        boolean normalization = next.operator().equals("BatchNormalization");
        boolean rest = next.inputs().subList(1, next.inputs().size()).stream()
                .allMatch(input -> graph.constants().containsKey(input));
        boolean activated =
                !epilogue.isEmpty() && !epilogue.getLast().operator().equals("BatchNormalization");
        return accepted.test(next)
                && next.inputs().getFirst().equals(value)
                && rest
                && next.outputs().size() == 1
                && !next.attributes().flag("training_mode", false)
                && (normalization ? epilogue.isEmpty() && !product.operator().equals(SUM) : !activated);
    }
}
