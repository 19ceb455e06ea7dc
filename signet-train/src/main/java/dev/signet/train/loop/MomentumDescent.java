package dev.signet.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with Nesterov's momentum and weight decay (Sutskever et al. 2013), in the form of PyTorch's SGD:
 * {@code g += decay * w; v = momentum * v + g; w -= rate * (g + momentum * v)}. Weights decay, biases and scales (vectors) do not.
 * DJL's own Sgd has neither Nesterov's form nor a state that can be saved.
 */
public final class MomentumDescent implements Optimizer {
    private final NDManager manager;
    private final List<NDArray> parameters;
    private final Map<String, NDArray> velocities = new LinkedHashMap<>();
    private final double momentum;
    private final double decay;

    /** An optimizer of {@code parameters}; its memory belongs to {@code manager}. */
    public MomentumDescent(NDManager manager, Map<String, NDArray> parameters, double momentum, double decay) {
        this.manager = manager;
        this.parameters = List.copyOf(parameters.values());
        this.momentum = momentum;
        this.decay = decay;
        parameters.forEach((name, w) -> velocities.put("velocity/" + name, manager.zeros(w.getShape())));
    }

    @Override
    public void step(double rate) {
        try (NDManager scratch = manager.newSubManager()) {
            Iterator<NDArray> memory = velocities.values().iterator();
            for (NDArray w : parameters) {
                NDArray velocity = memory.next();
                NDArray gradient = w.getGradient();
                gradient.attach(scratch);
                if (decay != 0 && w.getShape().dimension() > 1) {
                    NDArray pull = w.mul(decay);
                    pull.attach(scratch);
                    gradient.addi(pull);
                }
                velocity.muli(momentum).addi(gradient);
                NDArray ahead = velocity.mul(momentum);
                ahead.attach(scratch);
                w.subi(ahead.addi(gradient).muli(rate));
                JniUtils.zeroGrad((PtNDArray) w);
            }
        }
    }

    @Override
    public Map<String, NDArray> memory() {
        return velocities;
    }
}
