package dev.signet.engine.operator;

import dev.signet.engine.product.Binding;
import dev.signet.engine.product.Estimate;
import dev.signet.engine.tensor.Tensor;
import dev.signet.engine.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/** What a node does, once the shapes of its inputs are known. Immutable, so that all threads can share it. */
public sealed interface Computation {
    /** Nothing is left to do: the outputs do not depend on the values of the inputs. */
    record Known(List<Tensor> outputs) implements Computation {}

    /** The only output is the first input, seen as {@code type}. */
    record View(TensorType type) implements Computation {}

    /**
     * Work to do in every run.
     *
     * @param outputs types of the outputs
     * @param shared floats of memory that the step needs while it runs
     * @param perWorker floats of memory that each worker needs while it runs
     * @param step the work
     * @param estimate how it is done and what that should cost; empty for one that just passes over its values
     */
    record Work(List<TensorType> outputs, int shared, int perWorker, Step step, Optional<Estimate> estimate)
            implements Computation {
        Work(List<TensorType> outputs, int shared, int perWorker, Step step) {
            this(outputs, shared, perWorker, step, Optional.empty());
        }

        /** The same with an estimate. */
        Work expecting(Estimate expected) {
            return new Work(outputs, shared, perWorker, step, Optional.of(expected));
        }
    }

    /** The work of a plan on the buffers of one session. */
    @FunctionalInterface
    interface Step {
        /** Looks up every buffer once; what is returned does the work as often as it is run, without allocating. */
        Runnable bind(Binding buffers);
    }

    /** Work with one output and no memory of its own. */
    static Work of(TensorType output, Step step) {
        return new Work(List.of(output), 0, 0, step);
    }
}
