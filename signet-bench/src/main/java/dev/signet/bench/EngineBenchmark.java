package dev.signet.bench;

import ai.onnxruntime.OrtException;
import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.Session;
import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.file.OnnxModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One layer of a ResNet in the engine. Before it is measured, the layers of all shapes are run in the order that {@code order}
 * shuffles: the JIT compiler must not know only the one that is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class EngineBenchmark {
    /** The layers of ResNet-18 and ResNet-50 that take the time. */
    static final List<String> LAYERS = List.of(
            "conv3x3:64-64@56",
            "conv3x3:128-128@28",
            "conv3x3:256-256@14",
            "conv3x3:512-512@7",
            "conv1x1:256-64@56",
            "conv1x1:64-256@56",
            "conv1x1:512-128@28",
            "conv1x1:128-512@28",
            "conv1x1:1024-256@14",
            "conv1x1:256-1024@14",
            "conv1x1:2048-512@7",
            "conv1x1:512-2048@7",
            "fc:2048-1000@1");

    private static final int WARM_UP_RUNS = 300;

    /** The layer: kernel, channels, filters, image size. */
    @Param({"conv3x3:64-64@56", "conv3x3:128-128@28", "conv3x3:256-256@14", "conv3x3:512-512@7", "fc:2048-1000@1"})
    public String layer = "conv3x3:64-64@56";

    /** Bits of packed weights; 0 for fp32. */
    @Param({"0", "3"})
    public int bits;

    /** Seed of the order in which all layers are warmed up. */
    @Param({"1", "2"})
    public int order;

    private List<Session> sessions = List.of();
    private int measured;

    /** Makes all layers and runs them in a shuffled order. */
    @Setup(Level.Trial)
    public void warmUp() {
        List<String> all = new ArrayList<>(LAYERS);
        if (!all.contains(layer)) {
            all.add(layer);
        }
        Collections.shuffle(all, new Random(order));
        sessions = all.stream().map(this::session).toList();
        measured = all.indexOf(layer);
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            sessions.get(i % sessions.size()).run();
        }
    }

    private Session session(String text) {
        LayerModel model = LayerModel.parse(text);
        OnnxModel onnx = bits == 0 ? model.dense() : model.packed(bits);
        Tensor input = model.input();
        Session session = Network.of(onnx, EngineOptions.DEFAULT).session(Workers.CALLER, input.shape());
        System.arraycopy(input.floats(), 0, session.input(0).floats(), 0, input.size());
        return session;
    }

    /** One run. */
    @Benchmark
    public float[] run() {
        Session session = sessions.get(measured);
        session.run();
        return session.output(0).floats();
    }

    /** Prints the engine's ratios to ONNX Runtime's fp32, layer by layer; arguments: bits, 0 for fp32. */
    public static void main(String[] arguments) throws OrtException {
        int bits = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
        for (String text : LAYERS) {
            LayerModel model = LayerModel.parse(text);
            OnnxModel dense = model.dense();
            int runs = (int) Math.max(1, 30_000_000 / model.products());
            try (RuntimeComparison comparison =
                    new RuntimeComparison(bits == 0 ? dense : model.packed(bits), dense, model.input())) {
                RuntimeComparison.Times times = comparison.measure(40, 40, runs);
                System.out.printf(
                        "%-22s %8.3f ms  onnxruntime %8.3f ms  ratio %.2f%n",
                        text, times.milliseconds(), times.onnxruntimeMilliseconds(), times.ratio());
            }
        }
    }
}
