package dev.signet.lab.speed;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Precision;
import dev.signet.engine.WeightMode;
import dev.signet.lab.runtime.EngineModel;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel;
import dev.signet.quantize.runtime.RunnableModel.PreparedRun;
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
 * @param change of the engine's outputs by kernels that round ({@link dev.signet.engine.Precision#BOUNDED}): the root of its mean square,
 *     relative to the outputs'
 */
public record KernelSpeed(
        KernelCase kernel, int bits, Measured fast, Measured packed, double onnxruntimeMilliseconds, double change) {
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
     * @param precision whether the engine's kernels may round
     * @param threads of each runtime
     */
    public static List<KernelSpeed> measure(
            KernelCase kernel, Precision precision, Stopwatch stopwatch, Executor pool, int threads) {
        List<RunnableModel> models = new ArrayList<>();
        try {
            byte[] reference = kernel.floatModel().proto().toByteArray();
            models.add(OnnxRuntimeModel.openAtItsFastest(kernel.shape(), reference, threads));
            Workers workers = Workers.of(pool, threads);
            for (int bits : BITS) {
                var model = bits == Float.SIZE ? kernel.floatModel() : kernel.packedModel(bits);
                models.add(EngineModel.of(model, new EngineOptions(WeightMode.FAST, precision), workers));
                if (bits != Float.SIZE) {
                    models.add(EngineModel.of(model, new EngineOptions(WeightMode.PACKED, precision), workers));
                }
            }
            return measure(kernel, stopwatch, models, workers);
        } finally {
            models.forEach(RunnableModel::close);
        }
    }

    private static List<KernelSpeed> measure(
            KernelCase kernel, Stopwatch stopwatch, List<RunnableModel> models, Workers workers) {
        List<PreparedRun> runs = new ArrayList<>();
        try {
            float[] input = kernel.input();
            models.forEach(model -> runs.add(model.prepare(input, kernel.inputShape())));
            Stopwatch.Times times =
                    stopwatch.time(runs.stream().map(run -> (Runnable) run::run).toList());
            List<KernelSpeed> speeds = new ArrayList<>();
            int next = 1;
            for (int bits : BITS) {
                float[] outputs = runs.get(next).output().values();
                Measured fast = measured(times, next++);
                Measured packed = bits == Float.SIZE ? fast : measured(times, next++);
                double change = bits == Float.SIZE ? 0 : change(kernel, bits, outputs, workers);
                speeds.add(new KernelSpeed(kernel, bits, fast, packed, times.median(0), change));
            }
            return speeds;
        } finally {
            runs.forEach(PreparedRun::close);
        }
    }

    private static double change(KernelCase kernel, int bits, float[] outputs, Workers workers) {
        try (EngineModel exact = EngineModel.of(kernel.packedModel(bits), EngineOptions.DEFAULT, workers)) {
            float[] right = exact.run(kernel.input(), kernel.inputShape()).values();
            double changes = 0;
            double values = 0;
            for (int i = 0; i < right.length; i++) {
                changes += Math.pow(outputs[i] - right[i], 2);
                values += Math.pow(right[i], 2);
            }
            return Math.sqrt(changes / values);
        }
    }

    private static Measured measured(Stopwatch.Times times, int i) {
        return new Measured(times.ratio(0, i), times.median(i));
    }
}
