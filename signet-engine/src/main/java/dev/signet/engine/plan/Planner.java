package dev.signet.engine.plan;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Graph;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.operator.Computation;
import dev.signet.engine.operator.Operands;
import dev.signet.engine.operator.Operands.Operand;
import dev.signet.engine.operator.Operators;
import dev.signet.engine.operator.ValueNeeded;
import dev.signet.engine.product.CostModel;
import dev.signet.engine.product.Estimate;
import dev.signet.engine.product.Means;
import dev.signet.engine.product.Rounding;
import dev.signet.engine.product.WeightStore;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Plan}: infers shapes node by node, computes what depends on shapes only, and gives values that are not alive
 * at the same time the same buffer.
 */
public final class Planner {
    /** A value that is computed in every run. Views share their source's. */
    private static final class Storage {
        final boolean floating;
        final int size;
        int lastUse;
        int buffer = -1;

        Storage(TensorType type, int lastUse) {
            floating = type.element().isFloating();
            size = Math.addExact(type.shape().size(), floating ? Kernels.COLUMNS : 0);
            this.lastUse = lastUse;
        }
    }

    /** A step whose buffers are not chosen yet. */
    private record Draft(
            Node node,
            List<@Nullable Operand> operands,
            List<@Nullable Storage> inputs,
            List<Storage> outputs,
            List<Condition> conditions,
            Computation.Work work) {}

    /** A condition that a step waits for. */
    private record Condition(TensorType type, Storage storage, boolean taken) {}

    private static final System.Logger LOG = System.getLogger(Planner.class.getName());
    /** The operator whose branches are nodes of the graph. */
    static final String IF = "If";

    private static final int FOREVER = Integer.MAX_VALUE;

    private final Graph graph;
    private final List<Node> nodes;
    private final WeightStore store;
    private final PlanCache.Key key;
    private final Rounding rounding;
    private final Supplier<Plan> exact;
    private final Map<String, Operand> operands = new HashMap<>();
    private final Map<String, Storage> storages = new HashMap<>();
    private final List<Draft> drafts = new ArrayList<>();
    private final BufferPool floats = new BufferPool();
    private final BufferPool longs = new BufferPool();
    private final List<Node> late = new ArrayList<>();
    private final Set<String> lateValues = new HashSet<>();

    private Planner(Graph graph, List<Node> nodes, WeightStore store, PlanCache.Key key, Supplier<Plan> exact) {
        this.store = store;
        this.key = key;
        this.exact = exact;
        rounding = new Rounding(key.rounding());
        this.graph = graph;
        this.nodes = nodes;
        graph.constants().forEach((name, value) -> operands.put(name, Operand.constant(value)));
        graph.packed().forEach((name, value) -> operands.put(name, Operand.packed(value.matrix(), value.shape())));
    }

    /**
     * A plan for the given input shapes, each of which its input accepts.
     *
     * @param exact the plan for the same that does not round, made when it is needed
     */
    public static Plan plan(Graph graph, List<Node> nodes, WeightStore store, PlanCache.Key key, Supplier<Plan> exact) {
        return new Planner(graph, nodes, store, key, exact).plan();
    }

    private Plan plan() {
        for (Graph.Port input : graph.inputs()) {
            TensorType type = new TensorType(
                    input.element(), Objects.requireNonNull(key.shapes().get(input.name())));
            operands.put(input.name(), Operand.variable(type));
            storages.put(input.name(), new Storage(type, FOREVER));
        }
        for (Node node : nodes) {
            draft(node);
        }
        if (rounding.isUsed() && !late.isEmpty()) {
            // What comes late is not the same size for both.
            return exact.get();
        }
        for (String output : graph.outputs()) {
            Storage storage = storages.get(output);
            if (storage != null) {
                storage.lastUse = FOREVER;
            }
        }
        List<Plan.Place> inputs = new ArrayList<>();
        for (Graph.Port input : graph.inputs()) {
            assign(Objects.requireNonNull(storages.get(input.name())));
            inputs.add(place(input.name()));
        }
        List<Plan.Step> steps = new ArrayList<>();
        int shared = 0;
        int perWorker = 0;
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            steps.add(step(draft, i));
            shared = Math.max(shared, draft.work().shared());
            perWorker = Math.max(perWorker, draft.work().perWorker());
        }
        List<Plan.Place> outputs = graph.outputs().stream().map(this::place).toList();
        Optional<Trial> trial = rounding.isUsed() ? Optional.of(new Trial(exact)) : Optional.empty();
        Plan plan =
                new Plan(inputs, outputs, steps, floats.sizes(), longs.sizes(), shared, perWorker, trial, lateNodes());
        Memory.check(graph.where(), plan.bytes());
        return plan;
    }

    private Optional<LateNodes> lateNodes() {
        if (late.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Operand> constants = new HashMap<>();
        operands.forEach((name, operand) -> {
            if (operand.isConstant()) {
                constants.put(name, operand);
            }
        });
        Map<String, Plan.Place> places = new HashMap<>();
        for (Node node : late) {
            for (String name : lateInputs(node)) {
                if (storages.containsKey(name)) {
                    places.put(name, place(name));
                }
            }
        }
        return Optional.of(new LateNodes(late, constants, places));
    }

    private static List<String> lateInputs(Node node) {
        List<String> names = new ArrayList<>(node.inputs());
        node.branches().forEach(branch -> names.add(branch.condition()));
        return names;
    }

    private void draft(Node node) {
        if (lateInputs(node).stream().anyMatch(lateValues::contains)) {
            postpone(node);
            return;
        }
        try {
            draftNow(node);
        } catch (ValueNeeded e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} waits for {1}", node.label(), e.getMessage());
            postpone(node);
        }
    }

    // What it reads stays where it is until all steps are done.
    private void postpone(Node node) {
        late.add(node);
        lateValues.addAll(node.outputs());
        lateValues.remove("");
        for (String name : lateInputs(node)) {
            Storage storage = storages.get(name);
            if (storage != null) {
                storage.lastUse = FOREVER;
            }
        }
    }

    private void draftNow(Node node) {
        if (node.branches().isEmpty()) {
            place(node);
        } else if (isOpen(node)) {
            try {
                place(node);
            } catch (InputException e) {
                // Its outputs stay unknown: the other branch may be the one that is taken (Choice).
                LOG.log(System.Logger.Level.DEBUG, "a branch can not be run: {0}", e.getMessage());
            }
        }
    }

    // Whether a node of a branch may run: not if its condition is known not to
    // be met, or what it reads can not be computed.
    private boolean isOpen(Node node) {
        for (Node.Branch branch : node.branches()) {
            Operand condition = operands.get(branch.condition());
            boolean closed = condition != null
                    && condition.value().isPresent()
                    && (condition.value().get().longs()[0] != 0) != branch.taken();
            if (condition == null || closed) {
                return false;
            }
        }
        return node.operator().equals(IF)
                || node.inputs().stream().allMatch(input -> input.isEmpty() || operands.containsKey(input));
    }

    private void place(Node node) {
        Operand condition =
                node.operator().equals(IF) ? operands.get(node.inputs().getFirst()) : null;
        if (condition != null && condition.value().isPresent()) {
            handOn(node, condition.value().get().longs()[0] != 0);
            return;
        }
        List<@Nullable Operand> in = new ArrayList<>();
        boolean known = true;
        for (String input : node.inputs()) {
            Operand operand = operands.get(input);
            in.add(operand);
            known &= operand == null || operand.value().isPresent();
        }
        Computation computation = Evaluation.plan(
                Operators.find(node.operator()).orElseThrow(),
                node,
                new Operands(node, in, operands, new Means(store, rounding, key.workers())));
        if (known || computation instanceof Computation.Known) {
            List<Tensor> outputs = Evaluation.run(computation, node, in, Workers.CALLER);
            for (int i = 0; i < node.outputs().size(); i++) {
                if (!node.outputs().get(i).isEmpty()) {
                    operands.put(node.outputs().get(i), Operand.constant(outputs.get(i)));
                }
            }
        } else if (computation instanceof Computation.View view) {
            String output = node.outputs().getFirst();
            operands.put(output, Operand.variable(view.type()));
            storages.put(
                    output, Objects.requireNonNull(storages.get(node.inputs().getFirst())));
        } else if (computation instanceof Computation.Work work) {
            draft(node, in, work);
        }
    }

    // With a known condition the values of a branch are those of the node.
    private void handOn(Node node, boolean taken) {
        int count = node.outputs().size();
        for (int i = 0; i < count; i++) {
            if (node.outputs().get(i).isEmpty()) {
                continue;
            }
            String from = node.inputs().get(1 + (taken ? 0 : count) + i);
            Operand operand = operands.get(from);
            if (operand == null) {
                throw node.error("takes a branch that can not be run on these inputs", "give another input");
            }
            operands.put(node.outputs().get(i), operand);
            Storage storage = storages.get(from);
            if (storage != null) {
                storages.put(node.outputs().get(i), storage);
            }
        }
    }

    // Conditions that are not known yet: they are read by the step, and so stay where they are until then.
    private List<Condition> conditions(Node node, int step) {
        List<Condition> conditions = new ArrayList<>();
        for (Node.Branch branch : node.branches()) {
            Storage storage = storages.get(branch.condition());
            if (storage != null) {
                TensorType type =
                        Objects.requireNonNull(operands.get(branch.condition())).type();
                conditions.add(new Condition(type, storage, branch.taken()));
                if (storage.lastUse != FOREVER) {
                    storage.lastUse = step;
                }
            }
        }
        return conditions;
    }

    private void draft(Node node, List<@Nullable Operand> in, Computation.Work work) {
        int step = drafts.size();
        List<Condition> conditions = conditions(node, step);
        List<@Nullable Storage> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            Storage storage = storages.get(input);
            inputs.add(storage);
            if (storage != null && storage.lastUse != FOREVER) {
                storage.lastUse = step;
            }
        }
        List<Storage> outputs = new ArrayList<>();
        for (int i = 0; i < work.outputs().size(); i++) {
            TensorType type = work.outputs().get(i);
            Storage storage = new Storage(type, step);
            outputs.add(storage);
            if (i < node.outputs().size() && !node.outputs().get(i).isEmpty()) {
                operands.put(node.outputs().get(i), Operand.variable(type));
                storages.put(node.outputs().get(i), storage);
            }
        }
        drafts.add(new Draft(node, in, inputs, outputs, conditions, work));
    }

    // Outputs get their buffers while the inputs still have theirs: no step writes to what it reads.
    private Plan.Step step(Draft draft, int step) {
        List<Plan.Place> outputs = new ArrayList<>();
        for (int i = 0; i < draft.outputs().size(); i++) {
            Storage storage = draft.outputs().get(i);
            assign(storage);
            outputs.add(Plan.Place.in(draft.work().outputs().get(i), storage.buffer));
        }
        List<Plan.Place> inputs = new ArrayList<>();
        for (int i = 0; i < draft.inputs().size(); i++) {
            Operand operand = draft.operands().get(i);
            Storage storage = draft.inputs().get(i);
            if (storage != null && operand != null) {
                inputs.add(Plan.Place.in(operand.type(), storage.buffer));
            } else {
                inputs.add(Plan.Place.constant(
                        Evaluation.tensors(Collections.singletonList(operand)).getFirst()));
            }
        }
        for (Storage storage : draft.inputs()) {
            if (storage != null) {
                release(storage, step);
            }
        }
        List<Plan.Guard> guards = new ArrayList<>();
        for (Condition condition : draft.conditions()) {
            guards.add(new Plan.Guard(Plan.Place.in(condition.type(), condition.storage().buffer), condition.taken()));
        }
        draft.conditions().forEach(condition -> release(condition.storage(), step));
        draft.outputs().forEach(storage -> release(storage, step));
        return new Plan.Step(
                draft.node(),
                inputs,
                outputs,
                guards,
                draft.work().step(),
                draft.work().estimate().orElseGet(() -> passingOver(inputs, outputs)));
    }

    private static Estimate passingOver(List<Plan.Place> inputs, List<Plan.Place> outputs) {
        long elements = 0;
        for (List<Plan.Place> places : List.of(inputs, outputs)) {
            for (Plan.Place place : places) {
                elements += place.type().shape().size();
            }
        }
        return new Estimate("values", 0, CostModel.CALL + CostModel.PASSED * elements);
    }

    private void assign(Storage storage) {
        storage.buffer = (storage.floating ? floats : longs).take(storage.size);
    }

    private void release(Storage storage, int step) {
        if (storage.lastUse == step) {
            (storage.floating ? floats : longs).giveBack(storage.buffer);
            // A node may read the same value twice.
            storage.lastUse = -1;
        }
    }

    private Plan.Place place(String name) {
        if (lateValues.contains(name)) {
            return Plan.Place.constant(Tensor.of(new float[0], 0));
        }
        Storage storage = storages.get(name);
        Operand operand = Objects.requireNonNull(operands.get(name));
        return storage != null
                ? Plan.Place.in(operand.type(), storage.buffer)
                : Plan.Place.constant(operand.value().orElseThrow());
    }
}
