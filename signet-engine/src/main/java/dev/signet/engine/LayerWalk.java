package dev.signet.engine;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Graph;
import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Operands.Operand;
import dev.signet.engine.operator.Operator;
import dev.signet.engine.operator.Operators;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network node by node on a batch of samples, in two streams: the original network, and the same network with weights
 * that are replaced on the way. At each layer with weights a {@link Visitor} sees what goes in and what comes out in both.
 *
 * <p>Nothing is fused: a layer's output is what its Conv node computes, before any BatchNormalization. As long as no weight was
 * replaced the streams share all tensors and every node runs once. A value is dropped after its last reader, so memory is
 * bounded by the values that are alive between two nodes, twice where the streams differ. Weights that a file holds packed are
 * decoded one layer at a time.
 */
public final class LayerWalk {
    /** Is called for every layer with weights, in the order in which they are computed. */
    @FunctionalInterface
    public interface Visitor {
        /** Looks at {@code layer} and may replace its weights; the layer must not be kept. */
        void visit(Layer layer);
    }

    /** A value in both streams; the same tensor twice as long as they agree. */
    private record Pair(Tensor original, Tensor replaced) {
        boolean isShared() {
            return original.sharesValuesWith(replaced);
        }
    }

    private final Network network;
    private final boolean batchStatistics;
    private final Workers workers;
    private final Map<String, Pair> values = new HashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();

    private LayerWalk(Network network, boolean batchStatistics, Workers workers) {
        this.network = network;
        this.batchStatistics = batchStatistics;
        this.workers = workers;
    }

    /**
     * Walks through {@code network}.
     *
     * @param network the network
     * @param samples a batch of samples for each input, in the order of {@link Network#inputs}
     * @param batchStatistics whether every BatchNormalization, in both streams, uses mean and variance of the batch instead of
     *     the stored ones
     * @param workers who does the work
     * @param visitor what looks at the layers
     * @return the outputs of both streams
     * @throws InputException if the network can not be run on these samples
     */
    public static Outputs run(
            Network network, List<Tensor> samples, boolean batchStatistics, Workers workers, Visitor visitor) {
        return new LayerWalk(network, batchStatistics, workers).run(samples, visitor);
    }

    /**
     * What the network computes.
     *
     * @param original the outputs of the original network
     * @param replaced the outputs with replaced weights
     */
    public record Outputs(List<Tensor> original, List<Tensor> replaced) {}

    private Outputs run(List<Tensor> samples, Visitor visitor) {
        Graph graph = network.graph();
        network.check(samples);
        for (Node node : graph.nodes()) {
            node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
        }
        graph.outputs().forEach(output -> readers.merge(output, 1, Integer::sum));
        for (int i = 0; i < samples.size(); i++) {
            put(graph.inputs().get(i).name(), samples.get(i), samples.get(i));
        }
        graph.constants().forEach((name, value) -> put(name, value, value));
        Map<String, Tensor> replacements = new HashMap<>();
        for (Node node : graph.nodes()) {
            Tensor weight = weight(node);
            if (weight == null) {
                step(node);
            } else {
                Layer layer = new Layer(
                        this, node, weight, replacements.get(node.inputs().get(1)));
                visitor.visit(layer);
                Tensor replacement = layer.replacement();
                if (replacement != null) {
                    replacements.put(node.inputs().get(1), replacement);
                }
                put(node.outputs().getFirst(), layer.output(), layer.replacedOutput());
            }
            node.inputs().forEach(this::read);
        }
        List<Tensor> original = new ArrayList<>();
        List<Tensor> replaced = new ArrayList<>();
        for (String output : graph.outputs()) {
            Pair pair = Objects.requireNonNull(values.get(output));
            original.add(pair.original());
            replaced.add(pair.replaced());
        }
        return new Outputs(original, replaced);
    }

    private void put(String name, Tensor original, Tensor replaced) {
        if (readers.containsKey(name)) {
            values.put(name, new Pair(original, replaced));
        }
    }

    private void read(String name) {
        if (!name.isEmpty() && readers.merge(name, -1, Integer::sum) == 0) {
            values.remove(name);
        }
    }

    private void step(Node node) {
        boolean shared = node.inputs().stream()
                .allMatch(input -> input.isEmpty()
                        || !values.containsKey(input)
                        || Objects.requireNonNull(values.get(input)).isShared());
        List<Tensor> original = evaluate(node, operands(node, false));
        List<Tensor> replaced = shared ? original : evaluate(node, operands(node, true));
        for (int i = 0; i < node.outputs().size(); i++) {
            put(node.outputs().get(i), original.get(i), replaced.get(i));
        }
    }

    /** The inputs of {@code node} in one of the streams. */
    List<@Nullable Operand> operands(Node node, boolean replaced) {
        List<@Nullable Operand> operands = new ArrayList<>();
        for (String input : node.inputs()) {
            Pair pair = values.get(input);
            operands.add(pair == null ? null : Operand.constant(replaced ? pair.replaced() : pair.original()));
        }
        return operands;
    }

    /** Computes {@code node}. */
    List<Tensor> evaluate(Node node, List<@Nullable Operand> operands) {
        Operator operator = batchStatistics && node.operator().equals("BatchNormalization")
                ? Operators.batchStatistics()
                : Operators.find(node.operator()).orElseThrow();
        return Evaluation.run(operator, node, operands, workers);
    }

    // The weights of a layer: a constant matrix or kernel as the second input of a product.
    private @Nullable Tensor weight(Node node) {
        boolean product = switch (node.operator()) {
            case "Conv", "ConvTranspose", "Gemm", "MatMul" -> true;
            default -> false;
        };
        if (!product || !node.has(1)) {
            return null;
        }
        String name = node.inputs().get(1);
        Graph.Packed packed = network.graph().packed().get(name);
        if (packed != null) {
            return packed.dense();
        }
        Tensor constant = network.graph().constants().get(name);
        return constant != null && constant.shape().rank() >= 2 ? constant : null;
    }

    /** The type that a replaced weight or bias has. */
    static Tensor like(Tensor tensor, float[] values) {
        return new Tensor(TensorType.floats(tensor.shape()), values, new long[0]);
    }
}
