package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.quantize.runtime.ElementTypes;
import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network node by node on all samples, in two streams: the original, and the one whose weights are replaced on the
 * way. A tensor is kept only as long as a later node needs it, so memory is bounded by the activations between two layers. Up
 * to the first replaced weight both streams are one.
 */
public final class NetworkWalk {
    private final OnnxModel model;
    private final GraphIndex index;
    private final boolean batchStatistics;
    private final NodeParts parts;
    private final Map<Integer, Weights> weights = new HashMap<>();
    private final Map<Integer, Set<Weights>> hidden = new HashMap<>();
    private final Streams streams;
    private final Map<String, Integer> waiting = new HashMap<>();
    private final Map<String, Supplier<TensorProto>> replaced = new HashMap<>();
    private int chunks;

    record Weights(WeightTensor tensor, WeightUse use) {}

    /**
     * @param tensors the weights that may be replaced
     * @param batchStatistics whether BatchNormalization normalizes with the samples' own mean and variance
     */
    public NetworkWalk(OnnxModel model, List<WeightTensor> tensors, boolean batchStatistics, Compute compute) {
        this.model = model;
        this.index = GraphIndex.of(model);
        this.batchStatistics = batchStatistics;
        this.parts = new NodeParts(model, index, compute.threads());
        this.streams = new Streams(compute);
        for (WeightTensor tensor : tensors) {
            for (WeightUse use : tensor.uses()) {
                if (use.isLayer()) {
                    weights.put(use.node(), new Weights(tensor, use));
                } else {
                    hidden.computeIfAbsent(use.node(), node -> new LinkedHashSet<>())
                            .add(new Weights(tensor, use));
                }
            }
        }
    }

    /** Sees every layer in network order. */
    public interface Visitor {
        /**
         * A layer's inputs and original outputs are known.
         *
         * @return the outputs that the quantized stream goes on with, from {@link Layer#runWith}; null to leave the layer
         */
        @Nullable
        List<OnnxTensor> visit(Layer layer);

        /**
         * A node comes that uses a tensor in a way that can not be looked at: in a body, or inside an operator.
         *
         * @return makes the tensor's new values; null to leave it
         */
        default @Nullable Supplier<TensorProto> visit(HiddenUse use) {
            return null;
        }
        /** One of the network's outputs of floating point, in both streams, at the end. */
        default void output(String name, List<OnnxTensor> original, List<OnnxTensor> quantized) {}

        /** {@code done} of {@code total} nodes are done. */
        default void progress(int done, int total) {}
    }

    /**
     * Walks through the network.
     *
     * @param samples for each chunk of samples a tensor for every input; closed by the walk
     */
    public void run(List<Map<String, OnnxTensor>> samples, Visitor visitor) {
        chunks = samples.size();
        countUses();
        try {
            for (String name : samples.getFirst().keySet()) {
                streams.put(
                        name,
                        false,
                        samples.stream().map(chunk -> chunk.get(name)).toList());
            }
            List<Integer> order = WalkOrder.of(index, parts, weights.keySet());
            for (int i = 0; i < order.size(); i++) {
                step(order.get(i), visitor);
                visitor.progress(i + 1, order.size());
            }
            for (ValueInfoProto output : model.proto().getGraph().getOutputList()) {
                // Constants, and inputs that are handed through unread, are nothing that a walk computes.
                if (streams.hasOriginal(output.getName())) {
                    List<OnnxTensor> original = streams.values(output.getName(), false);
                    if (Tensor.isFloating(original.getFirst())) {
                        visitor.output(output.getName(), original, streams.values(output.getName(), true));
                    }
                }
            }
        } finally {
            streams.closeAll();
        }
    }

    private void step(int node, Visitor visitor) {
        NodeProto proto = index.node(node);
        if (proto.getOutputList().stream().allMatch(index::isConstant)) {
            return;
        }
        boolean changed = parts.inputs(node).stream().anyMatch(streams::isChanged);
        keep(false, proto, run(node, false));
        for (Weights inside : hidden.getOrDefault(node, Set.of())) {
            Supplier<TensorProto> weight = visitor.visit(new HiddenUse(this, node, inside));
            if (weight != null) {
                replace(inside.tensor(), weight);
                changed = true;
            }
        }
        Weights used = weights.get(node);
        List<OnnxTensor> outputs = null;
        if (used != null) {
            outputs = visitor.visit(new Layer(this, node, used, streams.values(proto.getOutput(0), false)));
        }
        if (outputs != null) {
            streams.put(proto.getOutput(0), true, outputs);
        } else if (changed) {
            keep(true, proto, run(node, true));
        }
        for (String input : parts.inputs(node)) {
            if (waiting.merge(input, -1, Integer::sum) == 0) {
                streams.close(input);
            }
        }
        for (String output : proto.getOutputList()) {
            if (!waiting.containsKey(output)) {
                streams.close(output);
            }
        }
    }

    /** What a node's run gave, one map for each chunk, sorted by tensor. */
    private void keep(boolean ofQuantized, NodeProto proto, List<OnnxTensor> flat) {
        List<String> names = outputs(proto);
        for (int i = 0; i < names.size(); i++) {
            List<OnnxTensor> values = new ArrayList<>();
            for (int chunk = 0; chunk < flat.size() / names.size(); chunk++) {
                values.add(flat.get(chunk * names.size() + i));
            }
            streams.put(names.get(i), ofQuantized, values);
        }
    }

    private static List<String> outputs(NodeProto proto) {
        return proto.getOutputList().stream().filter(name -> !name.isEmpty()).toList();
    }

    GraphIndex index() {
        return index;
    }

    NodeParts parts() {
        return parts;
    }

    Streams streams() {
        return streams;
    }

    boolean batchStatistics() {
        return batchStatistics;
    }

    /** From now on the quantized stream has this weight, made anew each time, wherever the tensor is used. */
    void replace(WeightTensor tensor, Supplier<TensorProto> weight) {
        replaced.put(tensor.name(), weight);
    }

    /** Runs a node on all chunks of a stream; the outputs of each chunk follow each other. */
    List<OnnxTensor> run(int node, boolean ofQuantized) {
        NodeProto proto = index.node(node);
        Set<String> fed = parts.inputs(node);
        Map<String, TensorProto> constants = new LinkedHashMap<>();
        if (batchStatistics && NodeView.of(proto).is("BatchNormalization")) {
            String input = proto.getInput(0);
            proto = BatchStatistics.apply(
                    proto,
                    streams.originalMoments(input, 1),
                    ElementTypes.of(streams.values(input, false).getFirst()),
                    constants);
        }
        List<OnnxTensor> outputs = new ArrayList<>();
        Map<String, OnnxTensor> first = feeds(fed, 0, ofQuantized);
        try (NodeSession session =
                parts.open(List.of(proto), outputs(proto), first, constants, ofQuantized ? replaced : Map.of())) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                outputs.addAll(session.run(feeds(fed, chunk, ofQuantized)));
            }
        }
        return outputs;
    }

    private Map<String, OnnxTensor> feeds(Set<String> names, int chunk, boolean ofQuantized) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        names.forEach(name -> feeds.put(name, streams.values(name, ofQuantized).get(chunk)));
        return feeds;
    }

    private void countUses() {
        for (int node : index.topologicalOrder()) {
            parts.inputs(node).forEach(name -> waiting.merge(name, 1, Integer::sum));
        }
        // The network's outputs are wanted after the last node.
        model.proto().getGraph().getOutputList().forEach(output -> waiting.merge(output.getName(), 1, Integer::sum));
    }
}
