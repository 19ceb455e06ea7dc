package dev.signet.train.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.build.Tensors;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.tensor.ElementType;
import dev.signet.onnx.tensor.TensorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX graph that PyTorch runs and differentiates: one forward pass for training, for perceptual losses and for distillation.
 * What was trained goes back into the very graph that was trained, so that there is no second description of a network.
 *
 * <p>Supported are the operators of convolutional networks ({@link Operators}); anything else is refused with a message when the
 * model is opened. One input, fp32.
 */
public final class DifferentiableModel implements AutoCloseable {
    /** Looks at a node's first input while the network runs. */
    public interface Observer {
        /** Sees nothing. */
        Observer NONE = (node, input) -> {};

        /** {@code node} is about to run on {@code input}. */
        void before(NodeProto node, NDArray input);
    }

    private final OnnxModel model;
    private final NDManager manager;
    private final String input;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final Map<String, long[]> integers = new HashMap<>();
    private final Set<String> parameters;

    private DifferentiableModel(OnnxModel model, NDManager manager, String input) {
        this.model = model;
        this.manager = manager;
        this.input = input;
        this.parameters = Parameters.of(model.proto().getGraph());
    }

    /**
     * Reads a model's weights into arrays.
     *
     * @param manager what the arrays belong to
     * @throws InputException if the model has other than one input, or an operator that can not be differentiated here
     */
    public static DifferentiableModel of(OnnxModel model, NDManager manager) {
        GraphProto graph = model.proto().getGraph();
        List<String> inputs = inputs(graph);
        if (inputs.size() != 1) {
            throw InputException.of(
                    model.where(),
                    String.format(
                            Locale.ROOT, "has %d inputs (%s), expected one", inputs.size(), String.join(", ", inputs)),
                    "use a network that takes one image");
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            Operators.check(model, graph.getNode(i), i);
        }
        var differentiable = new DifferentiableModel(model, manager.newSubManager(), inputs.getFirst());
        differentiable.readTensors();
        return differentiable;
    }

    private static List<String> inputs(GraphProto graph) {
        Set<String> initializers = new java.util.HashSet<>();
        graph.getInitializerList().forEach(tensor -> initializers.add(tensor.getName()));
        return graph.getInputList().stream()
                .map(value -> value.getName())
                .filter(name -> !initializers.contains(name))
                .toList();
    }

    private void readTensors() {
        var reader = new TensorReader(model);
        GraphProto graph = model.proto().getGraph();
        graph.getInitializerList().forEach(tensor -> keep(tensor.getName(), tensor, reader));
        for (NodeProto node : graph.getNodeList()) {
            if (NodeView.of(node).is("Constant")) {
                TensorProto value = NodeView.of(node)
                        .tensor("value")
                        .orElseThrow(() -> InputException.of(
                                model.where() + ": node '" + node.getName() + "'",
                                "is a Constant without a tensor",
                                "export the model with tensors as constants"));
                keep(node.getOutput(0), value, reader);
            }
        }
    }

    private void keep(String name, TensorProto tensor, TensorReader reader) {
        switch (TensorReader.type(tensor)) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE ->
                arrays.put(name, manager.create(reader.floats(tensor), new Shape(reader.shape(tensor))));
            default -> integers.put(name, reader.longs(tensor));
        }
    }

    /** The model as it was read. */
    public OnnxModel model() {
        return model;
    }

    /** The weights that gradients may change, by name, in the order of the file: not statistics, not constants. */
    public Map<String, NDArray> parameters() {
        Map<String, NDArray> found = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            if (parameters.contains(name)) {
                found.put(name, array);
            }
        });
        return found;
    }

    /** All weights, statistics and constants of a float type, by name. */
    public Map<String, NDArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    /** From now on, gradients with respect to all {@link #parameters()} are collected. */
    public void requireGradients() {
        parameters().values().forEach(array -> array.setRequiresGradient(true));
    }

    /**
     * Runs the network.
     *
     * @param images [samples, ...]; all intermediate arrays belong to its manager
     * @param training whether BatchNormalization takes the samples' statistics, and remembers them
     * @return the first output
     */
    public NDArray forward(NDArray images, boolean training) {
        String output = model.proto().getGraph().getOutput(0).getName();
        return forward(images, training, List.of(output), Observer.NONE).getFirst();
    }

    /**
     * Runs the network as far as is needed for some tensors.
     *
     * @param images [samples, ...]; all intermediate arrays belong to its manager
     * @param training whether BatchNormalization takes the samples' statistics, and remembers them
     * @param wanted names of tensors
     * @param observer sees the input of every node that runs
     * @return the tensors that are wanted, in that order
     * @throws InputException if a node can not be run, or a tensor is not there
     */
    public List<NDArray> forward(NDArray images, boolean training, List<String> wanted, Observer observer) {
        Map<String, NDArray> values = new HashMap<>(arrays);
        Map<String, long[]> known = new HashMap<>(integers);
        values.put(input, images);
        Set<Integer> needed = GraphPrefix.of(model.proto().getGraph(), wanted);
        List<NodeProto> nodes = model.proto().getGraph().getNodeList();
        for (int i = 0; i < nodes.size(); i++) {
            NodeProto node = nodes.get(i);
            if (!needed.contains(i) || NodeView.of(node).is("Constant")) {
                continue;
            }
            String where = model.where() + ": " + NodeView.of(node).where(i);
            var operands = new Operands(node, where, values, known, training);
            if (values.containsKey(NodeView.of(node).input(0))) {
                observer.before(node, operands.array(0));
            }
            Operators.run(operands);
        }
        List<NDArray> found = new ArrayList<>();
        for (String name : wanted) {
            NDArray array = values.get(name);
            if (array == null) {
                throw InputException.of(
                        model.where() + ": tensor '" + name + "'", "is not there", "name a tensor of the graph");
            }
            found.add(array);
        }
        return found;
    }

    /** The model with the values that its weights and statistics have now. */
    public ModelProto trained() {
        ModelProto.Builder proto = model.proto().toBuilder();
        GraphProto.Builder graph = proto.getGraphBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            NDArray array = arrays.get(tensor.getName());
            if (array != null) {
                int[] shape = Arrays.stream(array.getShape().getShape())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                ElementType type = TensorReader.type(tensor);
                graph.setInitializer(i, Tensors.floats(tensor.getName(), type, shape, array.toFloatArray()));
            }
        }
        return proto.build();
    }

    @Override
    public void close() {
        manager.close();
    }
}
