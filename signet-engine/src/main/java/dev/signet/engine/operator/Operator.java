package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;

/** One operator of ONNX, in all the versions that the engine knows. */
@FunctionalInterface
public interface Operator {
    /**
     * Infers the outputs of {@code node} for inputs of the given types and says how to compute them.
     *
     * @throws dev.signet.onnx.InputException if the node's inputs or attributes are not what the operator allows
     * @throws IllegalArgumentException as above, with a message that does not name the node yet
     * @throws ArithmeticException if a tensor is larger than an array can be
     */
    Computation plan(Node node, Operands in);
}
