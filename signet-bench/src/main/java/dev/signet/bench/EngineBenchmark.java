package dev.signet.bench;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.Session;
import dev.signet.engine.tensor.Shape;
import dev.signet.lab.speed.KernelCase;
import dev.signet.onnx.file.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int WARM_UP_RUNS = 300;

    /** One of {@link KernelCase#all}, as its text. */
    @Param({
        "conv3x3 64-64 at 56x56",
        "conv3x3 128-128 at 28x28",
        "conv3x3 256-256 at 14x14",
        "conv3x3 512-512 at 7x7",
        "fc 2048x1000"
    })
    public String layer = "fc 2048x1000";

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
        List<KernelCase> all = new ArrayList<>(KernelCase.all());
        Collections.shuffle(all, new Random(order));
        sessions = all.stream().map(this::session).toList();
        measured = all.stream().map(EngineBenchmark::text).toList().indexOf(layer);
        if (measured < 0) {
            throw new IllegalArgumentException(layer + " is none of "
                    + all.stream().map(EngineBenchmark::text).toList());
        }
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            sessions.get(i % sessions.size()).run();
        }
    }

    private static String text(KernelCase kernel) {
        return kernel.kernel() + " " + kernel.shape();
    }

    private Session session(KernelCase kernel) {
        OnnxModel model = bits == 0 ? kernel.floatModel() : kernel.packedModel(bits);
        int[] dims =
                Arrays.stream(kernel.inputShape()).mapToInt(Math::toIntExact).toArray();
        Session session = Network.of(model, EngineOptions.DEFAULT).session(Workers.CALLER, new Shape(dims));
        float[] input = kernel.input();
        System.arraycopy(input, 0, session.input(0).floats(), 0, input.length);
        return session;
    }

    /** One run. */
    @Benchmark
    public float[] run() {
        Session session = sessions.get(measured);
        session.run();
        return session.output(0).floats();
    }
}
