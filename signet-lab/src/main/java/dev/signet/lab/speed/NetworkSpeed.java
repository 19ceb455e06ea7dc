package dev.signet.lab.speed;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Network;
import dev.signet.engine.Precision;
import dev.signet.engine.Session;
import dev.signet.engine.WeightMode;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel.PreparedRun;
import dev.signet.quantize.runtime.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * How fast the engine runs a network beside ONNX Runtime.
 *
 * @param model its file
 * @param inputShape what was fed to its first input
 * @param fast the engine with weights that are prepared once ({@link WeightMode#FAST})
 * @param packed the engine with weights that stay packed
 * @param onnxruntimeMilliseconds ONNX Runtime's
 * @param difference the largest difference of the first outputs to ONNX Runtime's, relative to the largest absolute value
 */
public record NetworkSpeed(
        Path model,
        long[] inputShape,
        KernelSpeed.Measured fast,
        KernelSpeed.Measured packed,
        double onnxruntimeMilliseconds,
        double difference) {
    /**
     * Times a network in both runtimes, in turn, on the same inputs, with weights prepared once and with weights that stay packed.
     *
     * @param batch samples of the inputs, where the model leaves their number open
     * @param precision whether the engine's kernels may round
     * @param threads of each runtime
     * @throws InputException if one of the runtimes can not open or run the model
     */
    public static NetworkSpeed measure(
            Path model, int batch, Precision precision, Stopwatch stopwatch, Executor pool, int threads) {
        // Read first: that refuses what native code must not see.
        OnnxModel read = ModelFile.read(model);
        Network fast = Network.of(read, new EngineOptions(WeightMode.FAST, precision));
        Network packed = Network.of(read, new EngineOptions(WeightMode.PACKED, precision));
        Workers workers = Workers.of(pool, threads);
        try (OnnxRuntimeModel reference = OnnxRuntimeModel.openAtItsFastest(model, threads)) {
            NetworkInputs inputs = NetworkInputs.of(reference, batch);
            Session ours = inputs.session(fast, workers);
            Session lean = inputs.session(packed, workers);
            try (PreparedRun theirs = reference.prepare(inputs.feeds())) {
                Stopwatch.Times times = stopwatch.time(List.of(theirs::run, ours::run, lean::run));
                float[] expected = theirs.output().values();
                double difference = Math.max(
                        Verification.difference(expected, firstOutput(ours)),
                        Verification.difference(expected, firstOutput(lean)));
                return new NetworkSpeed(
                        model,
                        inputs.first(),
                        new KernelSpeed.Measured(times.ratio(0, 1), times.median(1)),
                        new KernelSpeed.Measured(times.ratio(0, 2), times.median(2)),
                        times.median(0),
                        difference);
            }
        }
    }

    private static float[] firstOutput(Session session) {
        var output = session.output(0);
        float[] values = new float[output.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = output.isFloating() ? output.floats()[i] : output.longs()[i];
        }
        return values;
    }
}
