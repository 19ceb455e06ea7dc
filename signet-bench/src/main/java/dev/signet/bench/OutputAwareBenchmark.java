package dev.signet.bench;

import dev.signet.core.Grouping;
import dev.signet.core.WeightMatrix;
import dev.signet.core.outputaware.GramMatrix;
import dev.signet.core.outputaware.OutputAwareSolver;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Seconds that {@link OutputAwareSolver} takes for one layer of a ResNet, on two threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class OutputAwareBenchmark {
    /** Sign planes. */
    @Param("3")
    public int bits;

    /** Filters x inputs. */
    @Param({"64x576", "256x2304", "512x4608"})
    public String shape = "64x576";

    private WeightMatrix matrix = new WeightMatrix(1, 1, 1, new float[1]);
    private GramMatrix gram = new GramMatrix(1, new float[1]);
    private ForkJoinPool pool = ForkJoinPool.commonPool();

    /** Draws weights, and second moments of positive inputs that are correlated within a kernel slice and across channels. */
    @Setup
    public void draw() {
        int filters = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
        int inputs = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
        Random random = new Random(1);
        float[] weights = new float[filters * inputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() * 0.05f;
        }
        float[] moments = new float[inputs * inputs];
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < inputs; j++) {
                int distance = Math.abs(i % 9 / 3 - j % 9 / 3) + Math.abs(i % 3 - j % 3);
                double channels = i / 9 == j / 9 ? 0.7 : 0.2 * Math.pow(0.9, Math.abs(i / 9 - j / 9));
                moments[i * inputs + j] = (float) (0.3 + channels * Math.pow(0.7, distance));
            }
        }
        matrix = new WeightMatrix(filters, inputs, 9, weights);
        gram = new GramMatrix(inputs, moments);
        pool = new ForkJoinPool(2);
    }

    /** Ends the pool's threads. */
    @TearDown
    public void close() {
        pool.close();
    }

    /** One layer. */
    @Benchmark
    public OutputAwareSolver.Result solve() {
        return new OutputAwareSolver(new Grouping.Filter(), bits, true).solve(matrix, gram, pool);
    }
}
