package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * If, whose branches are nodes of the graph that run only when it takes them: what is left to do is to hand on the values of the
 * branch that was taken. Inputs are the condition, the outputs of the first and those of the second branch. A branch that can not be
 * run on the shapes at hand has no outputs; taking it is an error of the run.
 */
final class Choice {
    private Choice() {}

    static Computation plan(Node node, Operands in) {
        if (in.type(0).element().isFloating() || in.shape(0).size() != 1) {
            throw node.error("its condition has the shape %s, expected one truth value".formatted(in.shape(0)));
        }
        int count = (node.inputs().size() - 1) / 2;
        List<TensorType> outputs = new ArrayList<>();
        boolean first = true;
        boolean second = true;
        for (int i = 1; i <= count; i++) {
            first &= in.has(i);
            second &= in.has(count + i);
        }
        if (!first && !second) {
            throw node.error("neither branch can be run on these inputs", "run the model in ONNX Runtime");
        }
        for (int i = 1; i <= count; i++) {
            TensorType type = in.type(first ? i : count + i);
            if (first && second && !type.equals(in.type(count + i))) {
                throw node.error("branches make %s and %s".formatted(type.shape(), in.shape(count + i)));
            }
            outputs.add(type);
        }
        boolean hasFirst = first;
        boolean hasSecond = second;
        return new Computation.Work(outputs, 0, 0, binding -> {
            long[] condition = binding.inputs().getFirst().longs();
            return () -> {
                boolean taken = condition[0] != 0;
                if (!(taken ? hasFirst : hasSecond)) {
                    throw node.error("takes a branch that can not be run on these inputs", "give another input");
                }
                for (int i = 0; i < count; i++) {
                    Tensor from = binding.inputs().get(1 + (taken ? 0 : count) + i);
                    Tensor to = binding.outputs().get(i);
                    System.arraycopy(from.values(), 0, to.values(), 0, to.size());
                }
            };
        });
    }
}
