package dev.signet.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Layer;
import dev.signet.engine.Precision;
import dev.signet.engine.tensor.Shape;
import dev.signet.lab.runtime.EngineModel;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedTest {
    private static final KernelCase SMALL = new KernelCase("conv3x3", 5, 9, 3, 11);

    @Test
    void aRatioIsTheMedianOverRoundsAndTheSpreadItsQuartiles() {
        var times = new Stopwatch.Times(new double[][] {{4, 6, 8, 10, 100}, {2, 2, 2, 2, 2}});
        assertThat(times.median(0)).isEqualTo(8);
        assertThat(times.ratio(0, 1).median()).isEqualTo(4);
        // Ratios 2 3 4 5 50: the quartiles are 3 and 5.
        assertThat(times.ratio(0, 1).spread()).isCloseTo(0.5, within(1e-12));
        assertThat(times.ratio(1, 1)).isEqualTo(new Stopwatch.Ratio(1, 0));
    }

    @Test
    void workIsDoneInTurn() {
        List<Integer> done = new ArrayList<>();
        // Each piece takes longer than the shortest time that is measured, so that none is repeated.
        List<Runnable> works = List.of(() -> busy(done, 0), () -> busy(done, 1));
        Stopwatch.Times times = new Stopwatch(Duration.ZERO, Duration.ZERO).time(works);
        assertThat(times.milliseconds()).hasDimensions(2, 5);
        assertThat(times.median(0)).isGreaterThanOrEqualTo(5);
        for (int i = 0; i < done.size(); i++) {
            assertThat(done.get(i)).isEqualTo(i % 2);
        }
    }

    private static void busy(List<Integer> done, int which) {
        done.add(which);
        long start = System.nanoTime();
        while (System.nanoTime() - start < 5_000_000) {
            Thread.onSpinWait();
        }
    }

    @Test
    void bothRuntimesComputeTheKernels() {
        for (KernelCase kernel : List.of(SMALL, new KernelCase("fc", 40, 17, 0, 1))) {
            for (OnnxModel model : List.of(kernel.floatModel(), kernel.packedModel(2), kernel.packedModel(4))) {
                try (var theirs = OnnxRuntimeModel.open("kernel", model.proto().toByteArray(), 1);
                        var ours = EngineModel.of(model, EngineOptions.DEFAULT, Workers.CALLER)) {
                    assertThat(ours.input().shape()).isEqualTo(kernel.inputShape());
                    assertThat(ours.outputs().getFirst().shape())
                            .isEqualTo(theirs.outputs().getFirst().shape());
                    var expected = theirs.run(kernel.input(), kernel.inputShape());
                    var actual = ours.run(kernel.input(), kernel.inputShape());
                    assertThat(actual.shape()).isEqualTo(expected.shape());
                    assertThat(Verification.difference(expected.values(), actual.values()))
                            .isLessThan(1e-5);
                }
            }
        }
    }

    @Test
    void aKernelIsTimedAtAllBits() {
        Stopwatch stopwatch = new Stopwatch(Duration.ofMillis(5), Duration.ofMillis(20));
        List<KernelSpeed> speeds = KernelSpeed.measure(SMALL, Precision.BOUNDED, stopwatch, Runnable::run, 1);
        assertThat(speeds.stream().map(KernelSpeed::bits)).containsExactly(2, 3, 4, 32);
        assertThat(speeds).allSatisfy(speed -> {
            assertThat(speed.fast().ratio().median()).isPositive();
            assertThat(speed.packed().ratio().median()).isPositive();
            assertThat(speed.onnxruntimeMilliseconds()).isPositive();
            assertThat(speed.change()).isBetween(0.0, 0.01);
        });
    }

    @Test
    void aNodeOfOnnxRuntimeIsFoundByWhatItsOptimizerMadeOfTheName() {
        Map<String, Integer> layers = Map.of("conv", 0, "features/conv", 1, "out", 2);
        assertThat(NodeTimes.layer("conv", layers)).isZero();
        assertThat(NodeTimes.layer("fused features/conv", layers)).isEqualTo(1);
        assertThat(NodeTimes.layer("out_nchwc", layers)).isEqualTo(2);
        assertThat(NodeTimes.layer("ReorderOutput_token_3", layers)).isEqualTo(-1);
    }

    @Test
    void aProfileGivesMediansOfTheLastRuns(@TempDir Path folder) throws IOException {
        String event = """
            {"cat": "%s", "name": "%s", "dur": %d}\
            """;
        List<String> events = new ArrayList<>();
        for (int duration : new int[] {900, 5, 3, 4}) {
            events.add(event.formatted("Node", "conv_kernel_time", duration));
            events.add(event.formatted("Node", "conv_fence_before", 70));
            events.add(event.formatted("Session", "model_run", 80));
        }
        Path profile = Files.writeString(folder.resolve("profile.json"), events.toString());
        assertThat(NodeTimes.read(profile, 3).milliseconds()).isEqualTo(Map.of("conv", 0.004));
    }

    @Test
    void aPredictionsErrorIsWeighedByTime() {
        var layer = new Layer("l", "Conv", List.of(), List.of(), new Shape(1), "panels", 10, 1);
        var free = new Layer("f", "Add", List.of(), List.of(), new Shape(1), "values", 0, 1);
        var explanation = new Explanation(
                List.of(row(layer, 1.1, 1), row(layer, 6, 8), row(layer, 2, 1), row(free, 9, 1)), List.of(), 1);
        assertThat(explanation.error(0.9)).isCloseTo(0.25, within(1e-12));
        assertThat(explanation.error(1)).isCloseTo(1, within(1e-12));
    }

    private static Explanation.Row row(Layer layer, double predicted, double milliseconds) {
        return new Explanation.Row(layer, predicted, milliseconds, 0, OptionalDouble.empty());
    }

    @Test
    void kernelsAreTheConvolutionsAndFullyConnectedLayersOfResNets() {
        List<KernelCase> cases = KernelCase.all();
        assertThat(cases.stream().filter(c -> c.kernel().equals("conv3x3")).map(KernelCase::shape))
                .containsExactly("64-64 at 56x56", "128-128 at 28x28", "256-256 at 14x14", "512-512 at 7x7");
        assertThat(cases.stream().filter(c -> c.kernel().equals("conv1x1"))).hasSize(8);
        assertThat(cases.stream().filter(c -> c.kernel().equals("fc")).map(KernelCase::shape))
                .containsExactly("2048x1000", "4096x4096");
    }
}
