package dev.signet.quantize.input;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The front of a network with the outputs of its first convolutions, and the inputs of its first normalizations, made visible:
 * what comes out there tells whether the network was fed as it was trained.
 */
final class RangeProbe implements AutoCloseable {
    private static final int CONVOLUTIONS = 12;
    private static final int NORMALIZATIONS = 12;

    private final OnnxRuntimeModel runtime;
    private final List<Observed> observed;

    /**
     * One tensor that is looked at.
     *
     * @param norms of the filters of a convolution that reads the network's input itself and has a bias; empty otherwise
     * @param mean stored by a normalization; empty for a convolution
     * @param deviation stored by a normalization
     */
    record Observed(String tensor, double[] norms, double[] mean, double[] deviation) {
        boolean isNormalized() {
            return mean.length > 0;
        }
    }

    private RangeProbe(OnnxRuntimeModel runtime, List<Observed> observed) {
        this.runtime = runtime;
        this.observed = observed;
    }

    /**
     * Opens a probe; empty where the network has no convolutions on its surface.
     *
     * @param input the input that is tried
     * @param withOutput whether the network's first output is wanted too: it runs to its end
     */
    static Optional<RangeProbe> open(OnnxModel model, String input, boolean withOutput, int threads) {
        GraphIndex graph = GraphIndex.of(model);
        var reader = new TensorReader(model);
        List<Observed> observed = observed(graph, reader, input);
        if (observed.isEmpty()) {
            return Optional.empty();
        }
        Set<String> wanted = new LinkedHashSet<>();
        observed.forEach(one -> wanted.add(one.tensor()));
        if (withOutput) {
            wanted.add(model.proto().getGraph().getOutput(0).getName());
        }
        try {
            byte[] front = front(model, graph, reader, wanted).toByteArray();
            return Optional.of(new RangeProbe(OnnxRuntimeModel.open(model.where(), front, threads), observed));
        } catch (InputException | IllegalArgumentException e) {
            // Too large for memory, or an operator that is refused: the evidence is missing, and what follows says why.
            return Optional.empty();
        }
    }

    private static List<Observed> observed(GraphIndex graph, TensorReader reader, String input) {
        Set<String> reached = new HashSet<>(Set.of(input));
        int first = InputReading.of(graph, reader, input, 4)
                .filter(InputReading::isConvolution)
                .map(InputReading::node)
                .orElse(-1);
        List<Observed> found = new ArrayList<>();
        int convolutions = 0;
        int normalizations = 0;
        for (int index : graph.topologicalOrder()) {
            NodeProto node = graph.node(index);
            if (node.getInputList().stream().noneMatch(reached::contains)) {
                continue;
            }
            reached.addAll(node.getOutputList());
            boolean weighted = graph.stored(NodeView.of(node).input(1)).isPresent();
            if (node.getOpType().equals("Conv") && weighted && convolutions++ < CONVOLUTIONS) {
                double[] norms = index == first ? norms(graph, reader, node) : new double[0];
                found.add(new Observed(NodeView.of(node).output(), norms, new double[0], new double[0]));
            }
            if (NodeView.of(node).is("BatchNormalization")
                    && graph.stored(NodeView.of(node).input(4)).isPresent()
                    && normalizations++ < NORMALIZATIONS) {
                found.add(new Observed(
                        NodeView.of(node).input(0),
                        new double[0],
                        doubles(graph, reader, node, 3, 0),
                        deviations(graph, reader, node)));
            }
        }
        return found;
    }

    private static double[] norms(GraphIndex graph, TensorReader reader, NodeProto node) {
        if (graph.stored(NodeView.of(node).input(2)).isEmpty()) {
            return new double[0];
        }
        TensorProto weight = graph.stored(NodeView.of(node).input(1)).orElseThrow();
        float[] values = reader.floats(weight);
        double[] norms = new double[Math.toIntExact(reader.shape(weight)[0])];
        int length = values.length / norms.length;
        for (int i = 0; i < values.length; i++) {
            norms[i / length] += (double) values[i] * values[i];
        }
        for (int f = 0; f < norms.length; f++) {
            norms[f] = Math.sqrt(norms[f]);
        }
        return norms;
    }

    private static double[] deviations(GraphIndex graph, TensorReader reader, NodeProto node) {
        double epsilon =
                NodeView.of(node).attribute("epsilon").map(a -> a.getF()).orElse(1e-5f);
        double[] deviations = doubles(graph, reader, node, 4, epsilon);
        for (int c = 0; c < deviations.length; c++) {
            deviations[c] = Math.sqrt(Math.max(0, deviations[c]));
        }
        return deviations;
    }

    private static double[] doubles(GraphIndex graph, TensorReader reader, NodeProto node, int input, double added) {
        float[] floats =
                reader.floats(graph.stored(NodeView.of(node).input(input)).orElseThrow());
        double[] doubles = new double[floats.length];
        for (int c = 0; c < doubles.length; c++) {
            doubles[c] = floats[c] + added;
        }
        return doubles;
    }

    /** Only the nodes that what is wanted stands on, and their constants. */
    private static ModelProto front(OnnxModel model, GraphIndex graph, TensorReader reader, Set<String> wanted) {
        GraphProto whole = model.proto().getGraph();
        Set<String> needed = new HashSet<>(wanted);
        List<Integer> order = graph.topologicalOrder();
        List<NodeProto> nodes = new ArrayList<>();
        for (int i = order.size() - 1; i >= 0; i--) {
            NodeProto node = graph.node(order.get(i));
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                nodes.addFirst(node);
                needed.addAll(node.getInputList());
                needed.addAll(GraphIndex.captured(node));
            }
        }
        GraphProto.Builder front = GraphProto.newBuilder().setName("front").addAllNode(nodes);
        for (ValueInfoProto input : whole.getInputList()) {
            boolean constant = graph.initializer(input.getName()).isPresent();
            if (!constant && needed.contains(input.getName())) {
                front.addInput(input);
            }
        }
        for (TensorProto constant : whole.getInitializerList()) {
            if (needed.contains(constant.getName())) {
                front.addInitializer(reader.embedded(constant));
            }
        }
        wanted.forEach(name -> front.addOutput(ValueInfoProto.newBuilder().setName(name)));
        return model.proto().toBuilder().setGraph(front).clearMetadataProps().build();
    }

    List<Observed> observed() {
        return observed;
    }

    /** Names of the inputs that must be fed. */
    Set<String> inputs() {
        Set<String> names = new LinkedHashSet<>();
        runtime.inputs().forEach(spec -> names.add(spec.name()));
        return names;
    }

    /**
     * All that is observed.
     *
     * @throws InputException if the front does not run
     */
    Map<String, Tensor> run(Map<String, OnnxTensor> feeds) {
        Map<String, OnnxTensor> own = new LinkedHashMap<>(feeds);
        own.keySet().retainAll(inputs());
        return runtime.run(own);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
