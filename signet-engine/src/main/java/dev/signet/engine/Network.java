package dev.signet.engine;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.EpilogueFusion;
import dev.signet.engine.graph.Graph;
import dev.signet.engine.graph.GraphReader;
import dev.signet.engine.graph.Node;
import dev.signet.engine.graph.SwishFusion;
import dev.signet.engine.operator.Operators;
import dev.signet.engine.plan.ConstantFolding;
import dev.signet.engine.plan.Plan;
import dev.signet.engine.plan.PlanCache;
import dev.signet.engine.plan.Planner;
import dev.signet.engine.plan.Trial;
import dev.signet.engine.product.WeightStore;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A network that can be run. Immutable: all threads may share one.
 *
 * <pre>{@code
 * Network network = Network.load(Path.of("resnet20.onnx"));
 * Tensor logits = network.run(Tensor.of(pixels, 1, 3, 32, 32));
 * }</pre>
 *
 * {@link #run} is the short way. To run often, keep a {@link Session} for each thread: it allocates nothing once it is there.
 */
public final class Network {
    private final Graph graph;
    private final List<Node> fused;
    private final WeightStore store;
    private final boolean rounding;
    private final PlanCache plans = new PlanCache();

    private Network(Graph graph, EngineOptions options) {
        this.graph = graph;
        store = new WeightStore(options.weights() == WeightMode.FAST);
        rounding = options.precision() == Precision.BOUNDED;
        fused = SwishFusion.apply(EpilogueFusion.apply(graph, Operators::canFollowProduct), graph.outputs());
    }

    /**
     * Loads a model.
     *
     * @throws InputException if the file is not an ONNX model, or uses operators that the engine does not have: the message
     *     lists all of them
     */
    public static Network load(Path path) {
        return load(path, EngineOptions.DEFAULT);
    }

    /** As {@link #load(Path)}, with options. */
    public static Network load(Path path, EngineOptions options) {
        return of(ModelFile.read(path), options);
    }

    /**
     * The network of a model that was read already.
     *
     * @throws InputException as {@link #load(Path)}
     */
    public static Network of(OnnxModel model, EngineOptions options) {
        Graph graph =
                GraphReader.read(model, operator -> Operators.find(operator).isPresent());
        return new Network(ConstantFolding.apply(graph), options);
    }

    /**
     * Bytes of memory that weights and other constants take now, with what sessions so far have prepared from them: float
     * weights, and packed ones in {@link WeightMode#FAST}, are also held in the order in which the kernels read them.
     */
    public long weightBytes() {
        long bytes = store.bytes();
        for (Tensor constant : graph.constants().values()) {
            bytes += (long) constant.floats().length * Float.BYTES + (long) constant.longs().length * Long.BYTES;
        }
        for (Graph.Packed weight : graph.packed().values()) {
            bytes += weight.matrix().bytes();
        }
        return bytes;
    }

    /** Names of the inputs. */
    public List<String> inputs() {
        return graph.inputs().stream().map(Graph.Port::name).toList();
    }

    /** Dimensions of input {@code i}; -1 for one that each run chooses. */
    public int[] inputDims(int i) {
        return graph.inputs().get(i).dims().clone();
    }

    /** Names of the outputs. */
    public List<String> outputs() {
        return graph.outputs();
    }

    /**
     * Makes the buffers for inputs of the given shapes, in the order of {@link #inputs}.
     *
     * @param workers who does the work
     * @throws InputException if the network can not be run on these shapes
     */
    public Session session(Workers workers, Shape... shapes) {
        Plan plan = plan(new PlanCache.Key(named(List.of(shapes)), workers.count(), rounding));
        boolean failed = !plan.trial().flatMap(Trial::passed).orElse(true);
        return new Session(failed ? plan.trial().orElseThrow().exact() : plan, graph.outputs(), workers);
    }

    private Plan plan(PlanCache.Key key) {
        return plans.get(key, missing -> Planner.plan(graph, fused, store, missing, () -> plan(missing.exact())));
    }

    private Map<String, Shape> named(List<Shape> shapes) {
        if (shapes.size() != graph.inputs().size()) {
            throw InputException.of(
                    graph.where(),
                    String.format(
                            Locale.ROOT,
                            "has %d inputs where %d were given",
                            graph.inputs().size(),
                            shapes.size()),
                    "give one tensor for each of " + inputs());
        }
        Map<String, Shape> named = new LinkedHashMap<>();
        for (int i = 0; i < shapes.size(); i++) {
            Graph.Port port = graph.inputs().get(i);
            if (!port.accepts(shapes.get(i))) {
                throw InputException.of(
                        "%s: input '%s'".formatted(graph.where(), port.name()),
                        "takes %s, not %s".formatted(port.text(), shapes.get(i)),
                        "give a tensor of that shape");
            }
            named.put(port.name(), shapes.get(i));
        }
        return named;
    }

    /** Runs the network once on the calling thread and returns its first output. */
    public Tensor run(Tensor... inputs) {
        return run(Workers.CALLER, List.of(inputs)).getFirst();
    }

    /**
     * Runs the network once.
     *
     * @param workers who does the work
     * @param inputs a tensor for each input, in their order
     * @return a tensor for each output, in their order
     * @throws InputException if the network can not be run on these inputs
     */
    public List<Tensor> run(Workers workers, List<Tensor> inputs) {
        Session session = session(workers, inputs.stream().map(Tensor::shape).toArray(Shape[]::new));
        for (int i = 0; i < inputs.size(); i++) {
            Tensor from = inputs.get(i);
            Tensor to = session.input(i);
            if (from.isFloating() != to.isFloating()) {
                throw InputException.of(
                        "%s: input '%s'".formatted(graph.where(), this.inputs().get(i)),
                        "takes elements of type %s, not %s"
                                .formatted(
                                        to.type().element().text(),
                                        from.type().element().text()),
                        "give a tensor of that type");
            }
            System.arraycopy(from.values(), 0, to.values(), 0, from.size());
        }
        session.run();
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < graph.outputs().size(); i++) {
            outputs.add(session.output(i).copy());
        }
        return outputs;
    }
}
