package dev.signet.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * What is learned. All randomness comes from the seed, the epoch and the step, never from what happened before: a run that was
 * interrupted can go on with exactly what it would have seen.
 */
public interface Objective {
    /** Steps in one epoch. */
    int steps(int epoch);

    /**
     * The loss of one step, differentiable. Called with gradients being collected.
     *
     * @param scratch owns everything that is made on the way
     */
    NDArray loss(int epoch, int step, NDManager scratch);

    /** How good the network is after an epoch, by name ({@code top1}, {@code psnr}); the first figure is the one that counts. */
    Map<String, Double> evaluate();

    /** How long a step of an epoch takes, relative to others: for the time that is left. */
    default double cost(int epoch) {
        return 1;
    }
}
