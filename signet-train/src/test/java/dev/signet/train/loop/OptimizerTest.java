package dev.signet.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.signet.train.graph.TorchEngine;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Optimizers against their formulas, on the loss {@code w^2}, whose gradient is {@code 2 w}. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "PyTorch is there for Linux on x86-64 only")
class OptimizerTest {
    private static final int STEPS = 4;

    @Test
    void momentumDescentFollowsNesterov() {
        double w = 3;
        double v = 0;
        for (int i = 0; i < STEPS; i++) {
            double g = 2 * w + 0.01 * w;
            v = 0.9 * v + g;
            w -= 0.1 * (g + 0.9 * v);
        }
        try (NDManager manager = TorchEngine.open(1)) {
            NDArray array = manager.create(new float[] {3}, new Shape(1, 1));
            descend(manager, array, new MomentumDescent(manager, Map.of("w", array), 0.9, 0.01), 0.1);
            assertThat(array.getFloat()).isCloseTo((float) w, within(1e-5f));
        }
    }

    @Test
    void vectorsDoNotDecay() {
        try (NDManager manager = TorchEngine.open(1)) {
            NDArray bias = manager.create(new float[] {3});
            descend(manager, bias, new MomentumDescent(manager, Map.of("b", bias), 0, 10), 0.1);
            assertThat(bias.getFloat()).isCloseTo((float) (3 * Math.pow(0.8, STEPS)), within(1e-5f));
        }
    }

    @Test
    void adamFollowsItsPaper() {
        double w = 3;
        double mean = 0;
        double square = 0;
        for (int t = 1; t <= STEPS; t++) {
            double g = 2 * w;
            mean = 0.9 * mean + 0.1 * g;
            square = 0.999 * square + 0.001 * g * g;
            w -= 0.1 * (mean / (1 - Math.pow(0.9, t))) / (Math.sqrt(square / (1 - Math.pow(0.999, t))) + 1e-8);
        }
        try (NDManager manager = TorchEngine.open(1)) {
            NDArray array = manager.create(new float[] {3});
            descend(manager, array, new Adam(manager, Map.of("w", array)), 0.1);
            assertThat(array.getFloat()).isCloseTo((float) w, within(1e-5f));
        }
    }

    private static void descend(NDManager manager, NDArray array, Optimizer optimizer, double rate) {
        array.setRequiresGradient(true);
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < STEPS; i++) {
            try (NDManager scratch = manager.newSubManager();
                    GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray loss = array.square().sum();
                loss.attach(scratch);
                collector.backward(loss);
            }
            optimizer.step(rate);
        }
        // What a step makes on the way does not pile up: only the test's own squares are left.
        assertThat(manager.getManagedArrays()).hasSizeLessThanOrEqualTo(before + STEPS);
    }
}
