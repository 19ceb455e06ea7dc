package dev.signet.bench;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.Session;
import dev.signet.engine.WeightMode;
import dev.signet.engine.tensor.Shape;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** A whole network in the engine: {@code ./bench NetworkBenchmark -p model=MODEL.onnx}. One sample; open sides are {@code side}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class NetworkBenchmark {
    /** The file. */
    @Param("../shared/assets/models/classification/resnet20-cifar10.onnx")
    public String model = "";

    /** How packed weights are held. */
    @Param({"PACKED", "FAST"})
    public WeightMode weights = WeightMode.PACKED;

    /** Height and width where the model leaves them open. */
    @Param("64")
    public int side;

    private @Nullable Session session;

    /** Loads the network and fills its input with noise. */
    @Setup(Level.Trial)
    public void load() {
        Network network = Network.load(Path.of(model), EngineOptions.DEFAULT.with(weights));
        int[] dims = network.inputDims(0);
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] > 0 ? dims[i] : i == 0 ? 1 : side;
        }
        Session made = network.session(Workers.CALLER, new Shape(dims));
        session = made;
        Random random = new Random(1);
        float[] input = made.input(0).floats();
        for (int i = 0; i < input.length; i++) {
            input[i] = random.nextFloat();
        }
    }

    /** One run. */
    @Benchmark
    public float[] run() {
        Session running = Objects.requireNonNull(session);
        running.run();
        return running.output(0).floats();
    }
}
