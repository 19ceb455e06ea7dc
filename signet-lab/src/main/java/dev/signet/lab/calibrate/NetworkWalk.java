package dev.signet.lab.calibrate;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import com.google.protobuf.ByteString;
import dev.signet.lab.runtime.ElementTypes;
import dev.signet.onnx.Nodes;
import dev.signet.onnx.file.ExternalData;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.graph.GraphIndex;
import dev.signet.onnx.graph.WeightTensor;
import dev.signet.onnx.graph.WeightUse;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.onnx.tensor.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network node by node on all samples, in two streams: the original, and the one whose weights are replaced on the
 * way. A tensor is kept only as long as a later node needs it, so memory is bounded by the activations between two layers. Up
 * to the first replaced weight both streams are one.
 */
final class NetworkWalk {
    private final OnnxModel model;
    private final GraphIndex index;
    private final boolean batchStatistics;
    private final int threads;
    private final TensorReader reader;
    private final Map<Integer, Weights> weights = new HashMap<>();
    private final Map<String, List<OnnxTensor>> original = new HashMap<>();
    private final Map<String, List<OnnxTensor>> quantized = new HashMap<>();
    private final Map<String, ChannelMoments> moments = new HashMap<>();
    private final Map<String, Integer> waiting = new HashMap<>();
    private final Map<String, TensorProto> replaced = new HashMap<>();
    private int chunks;

    private record Weights(WeightTensor tensor, WeightUse use) {}

    /**
     * @param tensors the weights that may be replaced
     * @param batchStatistics whether BatchNormalization normalizes with the samples' own mean and variance
     */
    NetworkWalk(OnnxModel model, List<WeightTensor> tensors, boolean batchStatistics, int threads) {
        this.model = model;
        this.index = GraphIndex.of(model);
        this.batchStatistics = batchStatistics;
        this.threads = threads;
        this.reader = new TensorReader(model);
        for (WeightTensor tensor : tensors) {
            for (WeightUse use : tensor.uses()) {
                weights.put(use.node(), new Weights(tensor, use));
            }
        }
    }

    /** Sees every layer in network order. */
    interface Visitor {
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
    final class Layer {
        private final int node;
        private final Weights weights;
        private final List<OnnxTensor> outputs;

        private Layer(int node, Weights weights, List<OnnxTensor> outputs) {
            this.node = node;
            this.weights = weights;
            this.outputs = outputs;
        }

        int node() {
            return node;
        }

        NodeProto proto() {
            return index.node(node);
        }

        WeightTensor tensor() {
            return weights.tensor();
        }

        WeightUse use() {
            return weights.use();
        }

        GraphIndex graph() {
            return index;
        }

        /** The name of the data input: the one that is not the weights. */
        String dataInput() {
            return Nodes.input(proto(), weights.use().input() == 0 ? 1 : 0);
        }

        /** The layer's inputs in the original network, a tensor for each chunk of samples. */
        List<OnnxTensor> originalInputs() {
            return values(dataInput(), false);
        }

        /** The layer's inputs behind the quantized prefix. */
        List<OnnxTensor> quantizedInputs() {
            return values(dataInput(), true);
        }

        /** The layer's outputs in the original network. */
        List<OnnxTensor> originalOutputs() {
            return outputs;
        }

        /** Mean and deviation of the original outputs' channels; only where there is a {@link #channelAxis}. */
        ChannelMoments originalMoments() {
            return NetworkWalk.this.originalMoments(Nodes.output(proto()), channelAxis());
        }

        /** The dimension of the output that counts the layer's filters; -1 where none does. */
        int channelAxis() {
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
        float[] targetOutputs(int chunk) {
            float[] target = outputs.get(chunk).getFloatBuffer().array();
            Residual.of(index, node, NetworkWalk.this::has)
                    .filter(residual -> quantized.containsKey(residual.other()))
                    .ifPresent(residual -> residual.makeUp(
                            target,
                            outputs.get(chunk),
                            values(residual.other(), false).get(chunk),
                            values(residual.other(), true).get(chunk),
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
        float[] bias() {
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
        boolean hasUnknownBias() {
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
            try (NodeSession session = session(List.of(), List.of(name), Map.of(), Map.of());
                    OnnxTensor value = session.run(Map.of()).getFirst()) {
                return value.getFloatBuffer().array();
            }
        }

        /**
         * Runs the layer on the quantized stream's inputs; from now on the quantized stream has these weights wherever the
         * tensor is used.
         *
         * @param weight the tensor's new values
         * @param shift added to each output channel, or null; channels are dimension 1 of a convolution, else the last
         */
        List<OnnxTensor> runWith(TensorProto weight, float @Nullable [] shift) {
            replaced.put(weights.tensor().name(), weight);
            return run(node, true, shift == null ? List.of() : List.of(shiftNode(node)), shift);
        }
    }

    /**
     * Walks through the network.
     *
     * @param samples for each chunk of samples a tensor for every input; closed by the walk
     * @return the network's first output for each stream: original, quantized
     */
    List<List<float[]>> run(List<Map<String, OnnxTensor>> samples, Visitor visitor) {
        chunks = samples.size();
        countUses();
        try {
            for (String name : samples.getFirst().keySet()) {
                original.put(
                        name, samples.stream().map(chunk -> chunk.get(name)).toList());
            }
            List<Integer> order = order();
            for (int i = 0; i < order.size(); i++) {
                step(order.get(i), visitor);
                visitor.progress(i + 1, order.size());
            }
            String output = model.proto().getGraph().getOutput(0).getName();
            return List.of(arrays(values(output, false)), arrays(values(output, true)));
        } finally {
            closeAll(original);
            closeAll(quantized);
        }
    }

    private void step(int node, Visitor visitor) {
        NodeProto proto = index.node(node);
        if (proto.getOutputList().stream().allMatch(index::isConstant)) {
            return;
        }
        boolean changed = inputs(node).stream().anyMatch(quantized::containsKey);
        keep(original, proto, run(node, false, List.of(), null));
        Weights used = weights.get(node);
        List<OnnxTensor> outputs = null;
        if (used != null) {
            outputs = visitor.visit(new Layer(node, used, values(proto.getOutput(0), false)));
        }
        if (outputs != null) {
            quantized.put(proto.getOutput(0), outputs);
        } else if (changed) {
            keep(quantized, proto, run(node, true, List.of(), null));
        }
        for (String input : inputs(node)) {
            if (waiting.merge(input, -1, Integer::sum) == 0) {
                close(input);
            }
        }
        for (String output : proto.getOutputList()) {
            if (!waiting.containsKey(output)) {
                close(output);
            }
        }
    }

    /** What a node's run gave, one map for each chunk, sorted by tensor. */
    private static void keep(Map<String, List<OnnxTensor>> stream, NodeProto proto, List<OnnxTensor> flat) {
        List<String> names = outputs(proto);
        for (int i = 0; i < names.size(); i++) {
            List<OnnxTensor> values = new ArrayList<>();
            for (int chunk = 0; chunk < flat.size() / names.size(); chunk++) {
                values.add(flat.get(chunk * names.size() + i));
            }
            stream.put(names.get(i), values);
        }
    }

    private static List<String> outputs(NodeProto proto) {
        return proto.getOutputList().stream().filter(name -> !name.isEmpty()).toList();
    }

    /** Runs a node on all chunks of a stream; the outputs of each chunk follow each other. */
    private List<OnnxTensor> run(int node, boolean ofQuantized, List<NodeProto> after, float @Nullable [] shift) {
        NodeProto proto = index.node(node);
        Set<String> fed = inputs(node);
        Map<String, TensorProto> constants = new LinkedHashMap<>();
        if (batchStatistics && Nodes.is(proto, "BatchNormalization")) {
            String input = proto.getInput(0);
            proto = BatchStatistics.apply(
                    proto,
                    originalMoments(input, 1),
                    ElementTypes.of(values(input, false).getFirst()),
                    constants);
        }
        List<String> wanted = outputs(proto);
        if (shift != null) {
            constants.put(
                    SHIFT,
                    shiftTensor(node, shift, values(wanted.getFirst(), false).getFirst()));
            proto = proto.toBuilder().setOutput(0, UNSHIFTED).build();
        }
        List<NodeProto> nodes = new ArrayList<>(List.of(proto));
        nodes.addAll(after);
        List<OnnxTensor> outputs = new ArrayList<>();
        Map<String, OnnxTensor> first = feeds(fed, 0, ofQuantized);
        try (NodeSession session = session(nodes, wanted, first, constants, ofQuantized)) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                outputs.addAll(session.run(feeds(fed, chunk, ofQuantized)));
            }
        }
        return outputs;
    }

    private Map<String, OnnxTensor> feeds(Set<String> names, int chunk, boolean ofQuantized) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        names.forEach(name -> feeds.put(name, values(name, ofQuantized).get(chunk)));
        return feeds;
    }

    private static final String SHIFT = "signet.shift";
    private static final String UNSHIFTED = "signet.unshifted";

    private NodeProto shiftNode(int node) {
        return NodeProto.newBuilder()
                .setOpType("Add")
                .addInput(UNSHIFTED)
                .addInput(SHIFT)
                .addOutput(index.node(node).getOutput(0))
                .build();
    }

    /** The shift in a shape that spreads over the layer's output, in its type. */
    private TensorProto shiftTensor(int node, float[] shift, OnnxTensor output) {
        int rank = output.getInfo().getShape().length;
        int channel = index.node(node).getOpType().startsWith("Conv") ? 1 : rank - 1;
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        shape[channel] = shift.length;
        return Tensors.floats("", ElementTypes.of(output), shape, shift);
    }

    private NodeSession session(
            List<NodeProto> nodes, List<String> wanted, Map<String, OnnxTensor> fed, Map<String, TensorProto> given) {
        return session(nodes, wanted, fed, given, false);
    }

    /** A session of nodes together with the constant nodes and initializers that they stand on. */
    private NodeSession session(
            List<NodeProto> nodes,
            List<String> wanted,
            Map<String, OnnxTensor> fed,
            Map<String, TensorProto> given,
            boolean ofQuantized) {
        Map<String, TensorProto> constants = new LinkedHashMap<>(given);
        Map<Integer, NodeProto> constantNodes = new TreeMap<>();
        List<String> open = new ArrayList<>(wanted);
        nodes.forEach(node -> open.addAll(Subgraphs.inputs(node)));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String name = open.removeLast();
            if (constants.containsKey(name) || fed.containsKey(name) || !seen.add(name) || !index.isConstant(name)) {
                continue;
            }
            TensorProto replacement = ofQuantized ? replaced.get(name) : null;
            if (replacement != null) {
                constants.put(name, replacement);
            } else if (index.initializer(name).isPresent()) {
                constants.put(name, embedded(index.initializer(name).get()));
            } else {
                int producer = index.producer(name).orElseThrow();
                constantNodes.put(index.rank(producer), index.node(producer));
                open.addAll(Subgraphs.inputs(index.node(producer)));
            }
        }
        List<NodeProto> all = new ArrayList<>(constantNodes.values());
        all.addAll(nodes);
        String where = nodes.isEmpty()
                ? model.where()
                : model.where() + ": node '" + nodes.getFirst().getName() + "'";
        return NodeSession.open(model.proto(), all, constants, fed, wanted, where, threads);
    }

    /** A tensor with its data inside, wherever the model keeps them. */
    private TensorProto embedded(TensorProto tensor) {
        if (!ExternalData.isExternal(tensor)) {
            return tensor;
        }
        ByteBuffer data = ExternalData.of(model).read(tensor, reader.bytes(tensor));
        return tensor.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(ByteString.copyFrom(data))
                .build();
    }

    /** The tensors that a node needs from the streams: all its inputs that are not constant. */
    private Set<String> inputs(int node) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : Subgraphs.inputs(index.node(node))) {
            if (!index.isConstant(name) && (index.producer(name).isPresent() || index.isInput(name))) {
                names.add(name);
            }
        }
        return names;
    }

    private List<OnnxTensor> values(String name, boolean ofQuantized) {
        List<OnnxTensor> values = ofQuantized ? quantized.get(name) : null;
        values = values == null ? original.get(name) : values;
        if (values == null) {
            throw new IllegalStateException("tensor '%s' was closed too early".formatted(name));
        }
        return values;
    }

    /** The moments of a tensor of the original network, which several steps ask for. */
    private ChannelMoments originalMoments(String name, int channelAxis) {
        return moments.computeIfAbsent(name, key -> ChannelMoments.of(values(key, false), channelAxis));
    }

    private boolean has(String name) {
        return original.containsKey(name);
    }

    /**
     * The nodes in the order of the network, layers with weights as late as possible: what else a residual connection adds is
     * then known before the layer is quantized.
     */
    private List<Integer> order() {
        List<Integer> order = new ArrayList<>();
        List<Integer> open = new ArrayList<>(index.topologicalOrder());
        Set<String> made = new HashSet<>();
        while (!open.isEmpty()) {
            int next = open.stream()
                    .filter(node -> !weights.containsKey(node) && isReady(node, made))
                    .findFirst()
                    .orElseGet(open::getFirst);
            open.remove(Integer.valueOf(next));
            made.addAll(index.node(next).getOutputList());
            order.add(next);
        }
        return order;
    }

    private boolean isReady(int node, Set<String> made) {
        return inputs(node).stream()
                .allMatch(name -> made.contains(name) || index.producer(name).isEmpty());
    }

    private void countUses() {
        for (int node : index.topologicalOrder()) {
            inputs(node).forEach(name -> waiting.merge(name, 1, Integer::sum));
        }
        // The network's outputs are wanted after the last node.
        model.proto().getGraph().getOutputList().forEach(output -> waiting.merge(output.getName(), 1, Integer::sum));
    }

    private void close(String name) {
        moments.remove(name);
        for (var stream : List.of(original, quantized)) {
            List<OnnxTensor> values = stream.remove(name);
            if (values != null) {
                values.forEach(OnnxTensor::close);
            }
        }
    }

    private static void closeAll(Map<String, List<OnnxTensor>> stream) {
        stream.values().forEach(values -> values.forEach(OnnxTensor::close));
        stream.clear();
    }

    private static List<float[]> arrays(List<OnnxTensor> tensors) {
        return tensors.stream().map(tensor -> tensor.getFloatBuffer().array()).toList();
    }
}
