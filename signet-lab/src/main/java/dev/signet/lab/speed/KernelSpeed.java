package dev.signet.lab.speed;

import dev.signet.engine.EngineOptions;
import dev.signet.engine.WeightMode;
import dev.signet.engine.kernel.Workers;
import dev.signet.lab.runtime.EngineModel;
import dev.signet.lab.runtime.OnnxRuntimeModel;
import dev.signet.lab.runtime.RunnableModel;
import dev.signet.lab.runtime.RunnableModel.PreparedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * How fast a kernel of the engine is beside ONNX Runtime's in fp32.
 *
 * @param kernel which
 * @param bits bits of a weight that the engine reads; 32 for fp32
 * @param fast the engine with weights that are prepared once ({@link WeightMode#FAST})
 * @param packed the engine with weights that stay packed; the same as {@code fast} for fp32
 * @param onnxruntimeMilliseconds ONNX Runtime's median time
 */
public record KernelSpeed(KernelCase kernel, int bits, Measured fast, Measured packed, double onnxruntimeMilliseconds) {
    /**
     * The engine's time.
     *
     * @param ratio ONNX Runtime's time by the engine's: above 1 the engine is faster
     * @param milliseconds the engine's median time
     */
    public record Measured(Stopwatch.Ratio ratio, double milliseconds) {}

    /** What is measured: packed weights, and plain floats. */
    private static final int[] BITS = {2, 3, 4, Float.SIZE};

    /** Whether the weights are floats, which are held in one way only. */
    public boolean isFloat() {
        return bits == Float.SIZE;
    }

    /**
     * Times a kernel at 2, 3 and 4 bits, in both weight modes, and in fp32, in turn with ONNX Runtime.
     *
     * @param threads of each runtime
     */
    public static List<KernelSpeed> measure(KernelCase kernel, Stopwatch stopwatch, Executor pool, int threads) {
        List<RunnableModel> models = new ArrayList<>();
        try {
            byte[] reference = kernel.floatModel().proto().toByteArray();
            models.add(OnnxRuntimeModel.open(kernel.shape(), reference, threads));
            Workers workers = Workers.of(pool, threads);
            for (int bits : BITS) {
                var model = bits == Float.SIZE ? kernel.floatModel() : kernel.packedModel(bits);
                models.add(EngineModel.of(model, EngineOptions.DEFAULT.with(WeightMode.FAST), workers));
                if (bits != Float.SIZE) {
                    models.add(EngineModel.of(model, EngineOptions.DEFAULT.with(WeightMode.PACKED), workers));
                }
            }
            return measure(kernel, stopwatch, models);
        } finally {
            models.forEach(RunnableModel::close);
        }
    }

    private static List<KernelSpeed> measure(KernelCase kernel, Stopwatch stopwatch, List<RunnableModel> models) {
        List<PreparedRun> runs = new ArrayList<>();
        try {
            float[] input = kernel.input();
            models.forEach(model -> runs.add(model.prepare(input, kernel.inputShape())));
            Stopwatch.Times times =
                    stopwatch.time(runs.stream().map(run -> (Runnable) run::run).toList());
            List<KernelSpeed> speeds = new ArrayList<>();
            int next = 1;
            for (int bits : BITS) {
                Measured fast = measured(times, next++);
                Measured packed = bits == Float.SIZE ? fast : measured(times, next++);
                speeds.add(new KernelSpeed(kernel, bits, fast, packed, times.median(0)));
            }
            return speeds;
        } finally {
            runs.forEach(PreparedRun::close);
        }
    }

    private static Measured measured(Stopwatch.Times times, int i) {
        return new Measured(times.ratio(0, i), times.median(i));
    }
}
