package dev.signet.train.loop;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** Changes weights by their gradients. What it remembers between steps is named, so that a checkpoint can keep it. */
public interface Optimizer {
    /**
     * One step; gradients are zero afterwards.
     *
     * @param rate the learning rate of this step
     */
    void step(double rate);

    /** What it remembers, by name, in a fixed order: the very arrays, to be read and to be written to. */
    Map<String, NDArray> memory();
}
