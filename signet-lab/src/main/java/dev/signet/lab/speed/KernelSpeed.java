package dev.signet.lab.speed;

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
 * @param ratio ONNX Runtime's time by the engine's: above 1 the engine is faster
 * @param milliseconds the engine's median time
 * @param onnxruntimeMilliseconds ONNX Runtime's
 */
public record KernelSpeed(
        KernelCase kernel, int bits, Stopwatch.Ratio ratio, double milliseconds, double onnxruntimeMilliseconds) {
    /** What is measured: packed weights, and plain floats. */
    private static final int[] BITS = {2, 3, 4, Float.SIZE};

    /**
     * Times a kernel at 2, 3 and 4 bits and in fp32, in turn with ONNX Runtime.
     *
     * @param threads of each runtime
     */
    public static List<KernelSpeed> measure(KernelCase kernel, Stopwatch stopwatch, Executor pool, int threads) {
        List<RunnableModel> models = new ArrayList<>();
        try {
            byte[] reference = kernel.floatModel().proto().toByteArray();
            models.add(OnnxRuntimeModel.open(kernel.shape(), reference, threads));
            for (int bits : BITS) {
                var model = bits == Float.SIZE ? kernel.floatModel() : kernel.packedModel(bits);
                models.add(EngineModel.of(model, Workers.of(pool, threads)));
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
            for (int i = 0; i < BITS.length; i++) {
                speeds.add(
                        new KernelSpeed(kernel, BITS[i], times.ratio(0, i + 1), times.median(i + 1), times.median(0)));
            }
            return speeds;
        } finally {
            runs.forEach(PreparedRun::close);
        }
    }
}
