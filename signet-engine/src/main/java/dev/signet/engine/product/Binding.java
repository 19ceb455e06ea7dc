package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The buffers that a step reads and writes, and who works.
 *
 * @param inputs the node's inputs; an empty tensor for one that is left out
 * @param outputs the node's outputs
 * @param shared memory for the time of the step
 * @param perWorker the same for each worker
 * @param workers who works
 * @param kernels the arithmetic
 */
public record Binding(
        List<Tensor> inputs,
        List<Tensor> outputs,
        float[] shared,
        float[][] perWorker,
        Workers workers,
        Kernels kernels) {

    /** Values of floating input {@code i}. */
    public float[] in(int i) {
        return inputs.get(i).floats();
    }

    /** Values of floating input {@code i}, in an array with room for the kernels to read past the end. */
    public float[] padded(int i) {
        Tensor tensor = inputs.get(i);
        int length = tensor.size() + Kernels.COLUMNS;
        return tensor.floats().length >= length ? tensor.floats() : Arrays.copyOf(tensor.floats(), length);
    }

    /** Values of floating output {@code i}. */
    public float[] out(int i) {
        return outputs.get(i).floats();
    }
}
