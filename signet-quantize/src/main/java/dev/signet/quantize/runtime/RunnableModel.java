package dev.signet.quantize.runtime;

import dev.signet.onnx.InputException;
import java.util.List;
import java.util.Locale;

/** A model that a runtime has open. Not to be shared between threads. */
public interface RunnableModel extends AutoCloseable {
    /** How messages name it: its file. */
    String name();

    /** The inputs that must be fed, in the model's order; -1 stands for a dimension that the model leaves open. */
    List<TensorSpec> inputs();

    /** The outputs, in the model's order; the shape of one that the model does not declare is empty. */
    List<TensorSpec> outputs();

    /**
     * The only input.
     *
     * @throws InputException if there is none, or more than one
     */
    default TensorSpec input() {
        List<TensorSpec> inputs = inputs();
        if (inputs.size() != 1) {
            throw InputException.of(
                    name(),
                    String.format(
                            Locale.ROOT,
                            "takes %d inputs (%s) where one is expected",
                            inputs.size(),
                            String.join(
                                    ", ", inputs.stream().map(TensorSpec::name).toList())),
                    "use a model with one input");
        }
        return inputs.getFirst();
    }

    /**
     * Gets everything ready to run the model on one input, as often as wanted.
     *
     * @param values the values of the only input, row-major
     * @param shape its shape, every dimension given
     * @throws InputException if the model can not be run on it
     */
    PreparedRun prepare(float[] values, long... shape);

    /**
     * Runs the model once.
     *
     * @param values the values of the only input, row-major
     * @param shape its shape, every dimension given
     * @return the first output
     * @throws InputException if the model can not be run on it
     */
    default Tensor run(float[] values, long... shape) {
        try (PreparedRun prepared = prepare(values, shape)) {
            prepared.run();
            return prepared.output();
        }
    }

    @Override
    void close();

    /** A model with its input in place. */
    interface PreparedRun extends AutoCloseable {
        /** Computes the outputs; may be called again. */
        void run();

        /** A copy of the first output of the last run. */
        Tensor output();

        @Override
        void close();
    }
}
