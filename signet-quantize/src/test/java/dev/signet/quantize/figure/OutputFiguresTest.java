package dev.signet.quantize.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import dev.signet.quantize.runtime.Tensor;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutputFiguresTest {
    private static final TensorSpec Y = new TensorSpec("y", new long[] {1, 4}, OnnxJavaType.FLOAT);

    private static OutputFigure figure(float grid, float signal, float noise) {
        var random = new SplittableRandom(1);
        List<OutputFigures.Run> runs = new ArrayList<>();
        for (int n = 0; n < 2000; n++) {
            float[] a = new float[4];
            float[] b = new float[4];
            for (int i = 0; i < 4; i++) {
                a[i] = i * grid + signal * (float) random.nextGaussian();
                b[i] = a[i] + noise * (float) random.nextGaussian();
            }
            runs.add(run(a, b));
        }
        return OutputFigures.of(List.of(Y), runs.stream()).getFirst();
    }

    private static OutputFigures.Run run(float[] a, float[] b) {
        long[] shape = {1, a.length};
        return new OutputFigures.Run(Map.of("y", new Tensor(shape, a)), Map.of("y", new Tensor(shape, b)), 1);
    }

    @Test
    void aGridIsNoSignal() {
        assertThat(figure(0, 1, 0.1f).snr()).isCloseTo(20, within(0.3));
        assertThat(figure(50, 1, 0.1f).snr()).isCloseTo(20, within(0.3));
    }

    @Test
    void anEmptyOrConstantOutputIsNoFigure() {
        assertThat(figure(3, 0, 0).isFigure()).isFalse();
        OutputFigures.Run empty = run(new float[0], new float[0]);
        OutputFigure figure =
                OutputFigures.of(List.of(Y), List.of(empty, empty).stream()).getFirst();
        assertThat(figure.state()).isEqualTo(OutputFigure.State.SILENT);
    }

    @Test
    void deadAndBrokenOutputsAreTold() {
        List<OutputFigures.Run> dead = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            dead.add(run(new float[] {n, -n}, new float[] {4, -4}));
        }
        assertThat(OutputFigures.of(List.of(Y), dead.stream()).getFirst().state())
                .isEqualTo(OutputFigure.State.DEAD);
        dead.add(run(new float[] {1, 1}, new float[] {Float.NaN, 1}));
        OutputFigure broken = OutputFigures.of(List.of(Y), dead.stream()).getFirst();
        assertThat(broken.state()).isEqualTo(OutputFigure.State.BROKEN);
        assertThat(Verdict.warnings(List.of(broken), Map.of()))
                .singleElement()
                .asString()
                .contains("--bits");
    }
}
