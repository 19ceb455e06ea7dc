package dev.signet.quantize.walk;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.Nodes;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.quantize.runtime.ElementTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Streams streams = new Streams();
    private final Map<String, Integer> waiting = new HashMap<>();
    private final Map<String, TensorProto> replaced = new HashMap<>();
    private int chunks;

    private record Weights(WeightTensor tensor, WeightUse use) {}

    /**
     * @param tensors the weights that may be replaced
     * @param batchStatistics whether BatchNormalization normalizes with the samples' own mean and variance
     */
    public NetworkWalk(OnnxModel model, List<WeightTensor> tensors, boolean batchStatistics, int threads) {
        this.model = model;
        this.index = GraphIndex.of(model);
        this.batchStatistics = batchStatistics;
        this.parts = new NodeParts(model, index, threads);
        for (WeightTensor tensor : tensors) {
            for (WeightUse use : tensor.uses()) {
                weights.put(use.node(), new Weights(tensor, use));
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

        /** {@code done} of {@code total} nodes are done. */
        default void progress(int done, int total) {}
    }

    /** One layer: a node with its weights, on all samples. */
    public final class Layer {
        private final int node;
        private final Weights weights;
        private final List<OnnxTensor> outputs;

        private Layer(int node, Weights weights, List<OnnxTensor> outputs) {
            this.node = node;
            this.weights = weights;
            this.outputs = outputs;
        }

        public int node() {
            return node;
        }

        public NodeProto proto() {
            return index.node(node);
        }

        public WeightTensor tensor() {
            return weights.tensor();
        }

        public WeightUse use() {
            return weights.use();
        }

        public GraphIndex graph() {
            return index;
        }

        /** The name of the data input: the one that is not the weights. */
        String dataInput() {
            return Nodes.input(proto(), weights.use().input() == 0 ? 1 : 0);
        }

        /** The layer's inputs in the original network, a tensor for each chunk of samples. */
        List<OnnxTensor> originalInputs() {
            return streams.values(dataInput(), false);
        }

        /** The layer's inputs behind the quantized prefix. */
        public List<OnnxTensor> quantizedInputs() {
            return streams.values(dataInput(), true);
        }

        /** The layer's outputs in the original network. */
        public List<OnnxTensor> originalOutputs() {
            return outputs;
        }

        /** Mean and deviation of the original outputs' channels; only where there is a {@link #channelAxis}. */
        public ChannelMoments originalMoments() {
            return streams.originalMoments(Nodes.output(proto()), channelAxis());
        }

        /** The dimension of the output that counts the layer's filters; -1 where none does. */
        public int channelAxis() {
            int rank = outputs.getFirst().getInfo().getShape().length;
            if (proto().getOpType().startsWith("Conv")) {
                return 1;
            }
            // A product with the weights on the left has its filters in the last dimension but one.
            return weights.use().input() == 0 ? rank - 2 : rank - 1;
        }

        /**
         * What the layer's outputs should be for the network to go on as the original does: the original outputs, and, where
         * the layer's output is added to another tensor that quantization has changed already (a residual connection), what
         * makes up for that change.
         */
        public float[] targetOutputs(int chunk) {
            float[] target = outputs.get(chunk).getFloatBuffer().array();
            Residual.of(index, node, streams::hasOriginal)
                    .filter(residual -> streams.isChanged(residual.other()))
                    .ifPresent(residual -> residual.makeUp(
                            target,
                            outputs.get(chunk),
                            streams.values(residual.other(), false).get(chunk),
                            streams.values(residual.other(), true).get(chunk),
                            gain(residual)));
            return target;
        }

        private double[] gain(Residual residual) {
            if (residual.normalization() < 0) {
                return new double[0];
            }
            NodeProto normalization = index.node(residual.normalization());
            double[] deviation = batchStatistics
                    ? originalMoments().deviation().clone()
                    : BatchStatistics.deviation(constant(Nodes.input(normalization, 4)), normalization);
            float[] scale = constant(Nodes.input(normalization, 1));
            for (int c = 0; c < deviation.length; c++) {
                deviation[c] = scale[c] / deviation[c];
            }
            return deviation;
        }

        /** What the layer adds to each output channel; zeros for no bias. Only where {@link #hasUnknownBias} says no. */
        public float[] bias() {
            float[] bias = new float[weights.tensor().view().filters()];
            String name = Nodes.input(proto(), 2);
            if (name.isEmpty()) {
                return bias;
            }
            float[] stored = constant(name);
            float beta = Nodes.attribute(proto(), "beta").map(a -> a.getF()).orElse(1f);
            for (int c = 0; c < bias.length; c++) {
                bias[c] = beta * stored[stored.length == 1 ? 0 : c];
            }
            return bias;
        }

        /** Whether something is added to the layer's output that is not one constant for each channel. */
        public boolean hasUnknownBias() {
            String name = Nodes.input(proto(), 2);
            if (name.isEmpty()) {
                return false;
            }
            if (!index.isConstant(name)) {
                return true;
            }
            int length = constant(name).length;
            boolean channelsLast =
                    proto().getOpType().startsWith("Conv") || weights.use().input() != 0;
            return length != 1 && (length != weights.tensor().view().filters() || !channelsLast);
        }

        private float[] constant(String name) {
            try (NodeSession session = parts.open(List.of(), List.of(name), Map.of(), Map.of(), Map.of());
                    OnnxTensor value = session.run(Map.of()).getFirst()) {
                return value.getFloatBuffer().array();
            }
        }

        /**
         * Runs the layer on the quantized stream's inputs; from now on the quantized stream has these weights wherever the
         * tensor is used.
         *
         * @param weight the tensor's new values
         */
        public List<OnnxTensor> runWith(TensorProto weight) {
            replaced.put(weights.tensor().name(), weight);
            return run(node, true);
        }

        /**
         * Outputs of {@link #runWith} put through {@code scale * y + added} for each channel, as if the layer had been run again
         * with weights that are scaled so.
         *
         * @param weight the scaled weights
         * @param added what must be added to each output channel then
         */
        public List<OnnxTensor> adjusted(List<OnnxTensor> outputs, TensorProto weight, double[] scale, double[] added) {
            replaced.put(weights.tensor().name(), weight);
            return ChannelAffine.apply(parts, outputs, channelAxis(), scale, added);
        }
    }

    /**
     * Walks through the network.
     *
     * @param samples for each chunk of samples a tensor for every input; closed by the walk
     * @return the network's first output for each stream: original, quantized
     */
    public List<List<float[]>> run(List<Map<String, OnnxTensor>> samples, Visitor visitor) {
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
            String output = model.proto().getGraph().getOutput(0).getName();
            return List.of(arrays(streams.values(output, false)), arrays(streams.values(output, true)));
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
        Weights used = weights.get(node);
        List<OnnxTensor> outputs = null;
        if (used != null) {
            outputs = visitor.visit(new Layer(node, used, streams.values(proto.getOutput(0), false)));
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

    /** Runs a node on all chunks of a stream; the outputs of each chunk follow each other. */
    private List<OnnxTensor> run(int node, boolean ofQuantized) {
        NodeProto proto = index.node(node);
        Set<String> fed = parts.inputs(node);
        Map<String, TensorProto> constants = new LinkedHashMap<>();
        if (batchStatistics && Nodes.is(proto, "BatchNormalization")) {
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

    private static List<float[]> arrays(List<OnnxTensor> tensors) {
        return tensors.stream().map(tensor -> tensor.getFloatBuffer().array()).toList();
    }
}
