package dev.signet.quantize.input;

import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** How much smaller than its pictures a network's smallest maps are: the product of the strides on the way there. */
public final class Reduction {
    private static final Set<String> STRIDING = Set.of("Conv", "FusedConv", "MaxPool", "AveragePool", "LpPool");

    /** Networks that go down and up several times are not followed on their way up. */
    private static final long MOST = 64;

    private Reduction() {}

    /** 1 for a network that keeps the size. */
    public static long of(GraphIndex graph) {
        Map<String, Long> reductions = new HashMap<>();
        long largest = 1;
        for (int index : graph.topologicalOrder()) {
            NodeView node = NodeView.of(graph.node(index));
            long before = node.proto().getInputList().stream()
                    .mapToLong(input -> reductions.getOrDefault(input, 1L))
                    .max()
                    .orElse(1);
            long after = Math.min(MOST, before * stride(node));
            node.proto().getOutputList().forEach(output -> reductions.put(output, after));
            largest = Math.max(largest, after);
        }
        return largest;
    }

    /** The smaller of a node's strides: text is squeezed flat, but not short. */
    private static long stride(NodeView node) {
        if (!STRIDING.contains(node.proto().getOpType())) {
            return 1;
        }
        long[] strides = node.integers("strides").orElse(new long[0]);
        return strides.length == 2 ? Math.clamp(Math.min(strides[0], strides[1]), 1, MOST) : 1;
    }
}
