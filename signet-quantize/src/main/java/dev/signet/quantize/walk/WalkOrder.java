package dev.signet.quantize.walk;

import dev.signet.onnx.scan.GraphIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The nodes in the order of the network, layers with weights as late as possible: what else a residual connection adds is then
 * known before the layer is quantized. Of several nodes that could be next, the one that comes first in the topological order is.
 */
final class WalkOrder {
    private WalkOrder() {}

    /**
     * The order.
     *
     * @param late nodes that wait until no other can run
     */
    static List<Integer> of(GraphIndex index, NodeParts parts, Set<Integer> late) {
        List<Integer> topological = index.topologicalOrder();
        Map<Integer, Integer> missing = new HashMap<>();
        Map<Integer, List<Integer>> users = new HashMap<>();
        // Places in the topological order.
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        PriorityQueue<Integer> readyButLate = new PriorityQueue<>();
        for (int place = 0; place < topological.size(); place++) {
            int node = topological.get(place);
            int producers = 0;
            for (String input : parts.inputs(node)) {
                var producer = index.producer(input);
                if (producer.isPresent()) {
                    users.computeIfAbsent(producer.getAsInt(), key -> new ArrayList<>())
                            .add(place);
                    producers++;
                }
            }
            missing.put(place, producers);
            if (producers == 0) {
                (late.contains(node) ? readyButLate : ready).add(place);
            }
        }
        List<Integer> order = new ArrayList<>();
        while (!ready.isEmpty() || !readyButLate.isEmpty()) {
            int node = topological.get((ready.isEmpty() ? readyButLate : ready).remove());
            order.add(node);
            for (int user : users.getOrDefault(node, List.of())) {
                if (missing.merge(user, -1, Integer::sum) == 0) {
                    (late.contains(topological.get(user)) ? readyButLate : ready).add(user);
                }
            }
        }
        return order;
    }
}
