package dev.signet.engine.plan;

import dev.signet.core.compute.Workers;
import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.operator.Computation;
import dev.signet.engine.operator.Operands;
import dev.signet.engine.operator.Operands.Operand;
import dev.signet.engine.operator.Operator;
import dev.signet.engine.product.Binding;
import dev.signet.engine.product.Means;
import dev.signet.engine.product.Rounding;
import dev.signet.engine.product.WeightStore;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import dev.signet.onnx.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs single nodes on tensors at hand: for constants, and for walks from layer to layer. */
final class Evaluation {
    private static final Tensor NONE = Tensor.of(new float[0], 0);

    private Evaluation() {}

    /** Plans {@code node}, with errors that name it. */
    static Computation plan(Operator operator, Node node, Operands in) {
        try {
            Computation computation = operator.plan(node, in);
            if (computation instanceof Computation.Work work) {
                for (TensorType output : work.outputs()) {
                    Math.addExact(output.shape().size(), Kernels.COLUMNS);
                }
            }
            return computation;
        } catch (ArithmeticException e) {
            throw InputException.of(
                    node.label(),
                    "a tensor is larger than an array can be (%s)".formatted(e.getMessage()),
                    "run the model on a smaller input",
                    e);
        } catch (IllegalArgumentException e) {
            throw InputException.of(
                    node.label(),
                    String.valueOf(e.getMessage()),
                    "check the model with an ONNX checker, or export it again",
                    e);
        }
    }

    /** The values of {@code inputs} as tensors; an empty tensor where one is left out or not known. */
    static List<Tensor> tensors(List<@Nullable Operand> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        for (Operand input : inputs) {
            tensors.add(input == null ? NONE : input.value().orElse(NONE));
        }
        return tensors;
    }

    /** Computes the outputs of {@code node}, all of whose inputs are known. */
    static List<Tensor> run(Operator operator, Node node, List<@Nullable Operand> inputs, Workers workers) {
        return run(operator, node, inputs, Map.of(), workers);
    }

    /** The same; {@code constants} are those that the nodes of an epilogue read. */
    static List<Tensor> run(
            Operator operator,
            Node node,
            List<@Nullable Operand> inputs,
            Map<String, Operand> constants,
            Workers workers) {
        Computation computation = plan(
                operator,
                node,
                new Operands(
                        node, inputs, constants, new Means(WeightStore.packed(), Rounding.none(), workers.count())));
        return run(computation, node, inputs, workers);
    }

    /** Does what was planned. */
    static List<Tensor> run(Computation computation, Node node, List<@Nullable Operand> inputs, Workers workers) {
        return switch (computation) {
            case Computation.Known known -> known.outputs();
            case Computation.View view -> List.of(tensors(inputs).getFirst().as(view.type()));
            case Computation.Work work -> {
                List<Tensor> outputs = new ArrayList<>();
                for (TensorType type : work.outputs()) {
                    Memory.check(node.label(), Memory.bytes(type));
                    outputs.add(Tensor.allocate(type));
                }
                execute(work, node, tensors(inputs), outputs, workers);
                yield outputs;
            }
        };
    }

    private static void execute(
            Computation.Work work, Node node, List<Tensor> inputs, List<Tensor> outputs, Workers workers) {
        float[][] perWorker = new float[workers.count()][work.perWorker()];
        Binding binding =
                new Binding(inputs, outputs, new float[work.shared()], perWorker, workers, KernelChoice.kernels());
        try {
            work.step().bind(binding).run();
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }
}
