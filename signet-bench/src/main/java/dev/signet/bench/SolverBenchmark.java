package dev.signet.bench;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.heatmap.Quantizer;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Weights per second that {@link Quantizer} turns into packed planes: alternating, converged, several starts, one set of
 * coefficients per filter, fp16 rounding and packing included. A score of 20 ops/us is 20 million weights a second.
 *
 * <p>Run once as it is and once with {@code -jvmArgsAppend -Dsignet.vectorization=scalar} for the plain Java twin.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class SolverBenchmark {
    private static final int WEIGHTS = 576 * 512;

    /** Sign planes. */
    @Param({"2", "3", "4"})
    public int bits;

    /** Weights in a filter. */
    @Param({"576", "2304", "4608"})
    public int inputs;

    /** Worker threads. */
    @Param({"1", "2"})
    public int threads;

    /** Whether filters have an offset. */
    @Param("true")
    public boolean offset;

    private WeightMatrix matrix = new WeightMatrix(1, 1, 1, new float[1]);
    private ForkJoinPool pool = ForkJoinPool.commonPool();

    /** Draws weights from a Laplace distribution, which trained filters resemble. */
    @Setup
    public void draw() {
        Random random = new Random(1);
        float[] values = new float[WEIGHTS];
        for (int i = 0; i < values.length; i++) {
            double magnitude = -Math.log(1 - random.nextDouble());
            values[i] = (float) (random.nextBoolean() ? magnitude : -magnitude) * 0.05f;
        }
        matrix = new WeightMatrix(WEIGHTS / inputs, inputs, 9, values);
        pool = new ForkJoinPool(threads);
    }

    /** Ends the pool's threads. */
    @TearDown
    public void close() {
        pool.close();
    }

    /** One tensor. */
    @Benchmark
    @OperationsPerInvocation(WEIGHTS)
    public MultiBitWeight quantize() {
        return Quantizer.alternating(bits).offset(offset).quantize(matrix, pool);
    }
}
