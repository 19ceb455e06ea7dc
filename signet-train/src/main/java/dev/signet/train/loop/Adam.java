package dev.signet.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adam (Kingma and Ba 2015, arXiv 1412.6980), algorithm 1: beta .9 and .999, epsilon 1e-8. */
public final class Adam implements Optimizer {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final NDManager manager;
    private final Map<String, NDArray> parameters;
    private final Map<String, NDArray> memory = new LinkedHashMap<>();

    /** An optimizer of {@code parameters}; its memory belongs to {@code manager}. */
    public Adam(NDManager manager, Map<String, NDArray> parameters) {
        this.manager = manager;
        this.parameters = parameters;
        memory.put("steps", manager.zeros(new Shape(1)));
        parameters.forEach((name, w) -> {
            memory.put("mean/" + name, manager.zeros(w.getShape()));
            memory.put("square/" + name, manager.zeros(w.getShape()));
        });
    }

    @Override
    public void step(double rate) {
        float steps = array("steps").addi(1).getFloat();
        double meanBias = 1 - StrictMath.pow(BETA1, steps);
        double squareBias = 1 - StrictMath.pow(BETA2, steps);
        try (NDManager scratch = manager.newSubManager()) {
            for (var parameter : parameters.entrySet()) {
                NDArray w = parameter.getValue();
                NDArray gradient = w.getGradient();
                gradient.attach(scratch);
                NDArray mean = array("mean/" + parameter.getKey());
                NDArray square = array("square/" + parameter.getKey());
                square.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
                mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
                NDArray deviation = square.div(squareBias);
                deviation.attach(scratch);
                NDArray change = mean.div(meanBias);
                change.attach(scratch);
                NDArray scale = deviation.sqrt().addi(EPSILON);
                w.subi(change.divi(scale).muli(rate));
                JniUtils.zeroGrad((PtNDArray) w);
            }
        }
    }

    private NDArray array(String name) {
        NDArray array = memory.get(name);
        if (array == null) {
            throw new IllegalStateException("nothing is remembered of " + name);
        }
        return array;
    }

    @Override
    public Map<String, NDArray> memory() {
        return memory;
    }
}
