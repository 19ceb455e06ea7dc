package dev.signet.engine;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.plan.LateNodes;
import dev.signet.engine.plan.Plan;
import dev.signet.engine.plan.Trial;
import dev.signet.engine.product.Binding;
import dev.signet.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The buffers of one plan. Fill the inputs, run, read the outputs: after the first run nothing is allocated. Not for several
 * threads at once; several sessions of the same plan may run at the same time.
 */
public final class Session {
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private final Runnable[] work;
    private final List<Layer> layers;
    private final Optional<LateNodes> late;
    private final Map<String, Tensor> lateInputs = new HashMap<>();
    private final List<String> outputNames;
    private final Workers workers;

    // What is not decided yet, and what runs instead if it was decided against the plan.
    private Optional<Trial> trial;
    private Optional<Session> exact = Optional.empty();

    Session(Plan plan, List<String> outputNames, Workers workers) {
        this.outputNames = outputNames;
        this.workers = workers;
        trial = plan.trial();
        float[][] floats = new float[plan.floatBuffers().length][];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = new float[plan.floatBuffers()[i]];
        }
        long[][] longs = new long[plan.longBuffers().length][];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = new long[plan.longBuffers()[i]];
        }
        inputs = tensors(plan.inputs(), floats, longs);
        outputs = new ArrayList<>(tensors(plan.outputs(), floats, longs));
        late = plan.late();
        late.ifPresent(nodes -> nodes.places()
                .forEach((name, place) -> lateInputs.put(
                        name, tensors(List.of(place), floats, longs).getFirst())));
        layers = plan.steps().stream().map(Session::layer).toList();
        float[] shared = new float[plan.shared()];
        float[][] perWorker = new float[workers.count()][plan.perWorker()];
        work = new Runnable[plan.steps().size()];
        for (int i = 0; i < work.length; i++) {
            Plan.Step step = plan.steps().get(i);
            Runnable done = step.work()
                    .bind(new Binding(
                            tensors(step.inputs(), floats, longs),
                            tensors(step.outputs(), floats, longs),
                            shared,
                            perWorker,
                            workers,
                            KernelChoice.kernels()));
            for (Plan.Guard guard : step.guards()) {
                long[] condition = tensors(List.of(guard.condition()), floats, longs)
                        .getFirst()
                        .longs();
                done = guarded(condition, guard.taken(), done);
            }
            work[i] = done;
        }
    }

    private static Layer layer(Plan.Step step) {
        Node node = step.node();
        List<String> names = new ArrayList<>();
        StringBuilder operators = new StringBuilder(node.operator());
        names.add(node.name());
        names.addAll(node.outputs());
        for (Node next : node.epilogue()) {
            names.add(next.name());
            names.addAll(next.outputs());
            operators.append(" + ").append(next.operator());
        }
        return new Layer(
                node.name(),
                operators.toString(),
                names,
                step.inputs().stream().map(place -> place.type().shape()).toList(),
                step.outputs().getFirst().type().shape(),
                step.estimate().strategy(),
                step.estimate().products(),
                step.estimate().cost());
    }

    private static Runnable guarded(long[] condition, boolean taken, Runnable work) {
        return () -> {
            if (condition[0] != 0 == taken) {
                work.run();
            }
        };
    }

    private static List<Tensor> tensors(List<Plan.Place> places, float[][] floats, long[][] longs) {
        List<Tensor> tensors = new ArrayList<>();
        for (Plan.Place place : places) {
            if (place.constant().isPresent()) {
                tensors.add(place.constant().get());
            } else if (place.type().element().isFloating()) {
                tensors.add(new Tensor(place.type(), floats[place.buffer()], new long[0]));
            } else {
                tensors.add(new Tensor(place.type(), new float[0], longs[place.buffer()]));
            }
        }
        return tensors;
    }

    /**
     * The buffer of input {@code i}, in the order of {@link Network#inputs}: write the first {@code size()} elements of its
     * array before a run. Its contents stay until they are written over.
     */
    public Tensor input(int i) {
        return inputs.get(i);
    }

    /**
     * The buffer of output {@code i}, in the order of {@link Network#outputs}; the next run writes over it. An output whose shape
     * follows from the inputs' values is empty before the first run, and another tensor after each.
     */
    public Tensor output(int i) {
        return outputs.get(i);
    }

    /** The steps of which a run consists, in their order; after the first run, where kernels may round: that decides which they are. */
    public List<Layer> layers() {
        return exact.map(Session::layers).orElse(layers);
    }

    /**
     * Computes the outputs as {@link #run} does, and adds to {@code nanos[i]} what layer {@code i} of {@link #layers} takes. After a first {@link #run}.
     */
    public void run(long[] nanos) {
        if (exact.isPresent()) {
            exact.get().run(nanos);
            return;
        }
        long start = System.nanoTime();
        for (int i = 0; i < work.length; i++) {
            work[i].run();
            long end = System.nanoTime();
            nanos[i] += end - start;
            start = end;
        }
        runLateNodes();
    }

    /** Computes the outputs. */
    public void run() {
        if (trial.isPresent()) {
            decide(trial.get());
        } else if (exact.isPresent()) {
            runExactly(exact.get());
        } else {
            runSteps();
        }
    }

    private void runSteps() {
        for (Runnable step : work) {
            step.run();
        }
        runLateNodes();
    }

    private void runLateNodes() {
        if (late.isEmpty()) {
            return;
        }
        List<Optional<Tensor>> made = late.get().run(lateInputs, outputNames, workers);
        for (int i = 0; i < made.size(); i++) {
            if (made.get(i).isPresent()) {
                outputs.set(i, made.get(i).get());
            }
        }
    }

    // A first run, whichever way it goes, gives what all later runs will give.
    private void decide(Trial undecided) {
        trial = Optional.empty();
        runSteps();
        if (undecided.passed().orElse(false)) {
            return;
        }
        Session other = new Session(undecided.exact(), outputNames, workers);
        copy(inputs, other.inputs);
        other.run();
        if (undecided.passed().isPresent() || !undecided.judge(outputs, other.outputs)) {
            exact = Optional.of(other);
            copy(other.outputs, outputs);
        }
    }

    private void runExactly(Session other) {
        copy(inputs, other.inputs);
        other.run();
        copy(other.outputs, outputs);
    }

    private static void copy(List<Tensor> from, List<Tensor> to) {
        for (int i = 0; i < from.size(); i++) {
            System.arraycopy(
                    from.get(i).values(), 0, to.get(i).values(), 0, from.get(i).size());
        }
    }
}
