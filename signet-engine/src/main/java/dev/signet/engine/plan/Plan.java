package dev.signet.engine.plan;

import dev.signet.engine.graph.Node;
import dev.signet.engine.operator.Computation;
import dev.signet.engine.product.Estimate;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * How to run a network on inputs of given shapes: the steps in their order, and which buffer holds which value when. Immutable
 * and shared by all sessions of these shapes.
 *
 * @param inputs where each input of the network is put
 * @param outputs where each output of the network is found
 * @param steps the work
 * @param floatBuffers elements of each buffer of floats
 * @param longBuffers elements of each buffer of integers
 * @param shared floats of memory that steps use while they run
 * @param perWorker the same for each worker
 * @param trial for steps that round activations, whether the network bears it
 * @param late what is left to do after the steps; outputs that it makes have no place
 */
public record Plan(
        List<Place> inputs,
        List<Place> outputs,
        List<Step> steps,
        int[] floatBuffers,
        int[] longBuffers,
        int shared,
        int perWorker,
        Optional<Trial> trial,
        Optional<LateNodes> late) {

    /**
     * Where a value is.
     *
     * @param type its type
     * @param buffer number of its buffer, among those of floats or those of integers
     * @param constant its value, if it is not in a buffer
     */
    public record Place(TensorType type, int buffer, Optional<Tensor> constant) {
        static Place in(TensorType type, int buffer) {
            return new Place(type, buffer, Optional.empty());
        }

        static Place constant(Tensor value) {
            return new Place(value.type(), -1, Optional.of(value));
        }
    }

    /**
     * One node's work.
     *
     * @param node the node
     * @param inputs where its inputs are
     * @param outputs where its outputs go
     * @param guards conditions, all of which must be met for it to be done
     * @param work what to do
     * @param estimate how that is done, and what it should cost
     */
    public record Step(
            Node node,
            List<Place> inputs,
            List<Place> outputs,
            List<Guard> guards,
            Computation.Step work,
            Estimate estimate) {}

    /**
     * Says when a step of a branch is done.
     *
     * @param condition where the truth value is
     * @param taken which value it must have
     */
    public record Guard(Place condition, boolean taken) {}

    /** Bytes of a session's buffers, scratch memory of one worker included. */
    long bytes() {
        long bytes = ((long) shared + perWorker) * Float.BYTES;
        for (int size : floatBuffers) {
            bytes += (long) size * Float.BYTES;
        }
        for (int size : longBuffers) {
            bytes += (long) size * Long.BYTES;
        }
        return bytes;
    }
}
