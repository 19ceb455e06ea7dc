package dev.signet.lab.speed;

import dev.signet.core.compute.Workers;
import dev.signet.engine.EngineOptions;
import dev.signet.engine.Precision;
import dev.signet.engine.WeightMode;
import dev.signet.lab.runtime.EngineModel;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.runtime.RunnableModel.PreparedRun;
import dev.signet.quantize.runtime.TensorSpec;
import dev.signet.quantize.runtime.TrialInputs;
import dev.signet.quantize.runtime.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * How fast the engine runs a network beside ONNX Runtime.
 *
 * @param model its file
 * @param inputShape what was fed
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
    private static final int CLASSIFIER_SIDE = 224;
    private static final int IMAGE_SIDE = 256;
    /** More values than this are no input to time a network with. */
    private static final long MOST_VALUES = 64L << 20;

    /**
     * Times a network in both runtimes, in turn, on one input, with weights prepared once and with weights that stay packed: noise of
     * the model's own shape, open sides 224 for a classifier and 256 for an image network.
     *
     * @param batch samples of the input, where the model leaves their number open
     * @param precision whether the engine's kernels may round
     * @param threads of each runtime
     * @throws InputException if one of the runtimes can not open or run the model
     */
    public static NetworkSpeed measure(
            Path model, int batch, Precision precision, Stopwatch stopwatch, Executor pool, int threads) {
        // Read first: that refuses what native code must not see.
        OnnxModel read = ModelFile.read(model);
        try (OnnxRuntimeModel reference = OnnxRuntimeModel.openAtItsFastest(model, threads);
                EngineModel fast = engine(read, new EngineOptions(WeightMode.FAST, precision), pool, threads);
                EngineModel packed = engine(read, new EngineOptions(WeightMode.PACKED, precision), pool, threads)) {
            long[] shape = workingShape(reference, batch);
            float[] values = noise(shape, reference.input());
            try (PreparedRun theirs = reference.prepare(values, shape);
                    PreparedRun ours = fast.prepare(values, shape);
                    PreparedRun lean = packed.prepare(values, shape)) {
                Stopwatch.Times times = stopwatch.time(List.of(theirs::run, ours::run, lean::run));
                float[] expected = theirs.output().values();
                double difference = Math.max(
                        Verification.difference(expected, ours.output().values()),
                        Verification.difference(expected, lean.output().values()));
                return new NetworkSpeed(
                        model,
                        shape,
                        new KernelSpeed.Measured(times.ratio(0, 1), times.median(1)),
                        new KernelSpeed.Measured(times.ratio(0, 2), times.median(2)),
                        times.median(0),
                        difference);
            }
        }
    }

    private static EngineModel engine(OnnxModel model, EngineOptions options, Executor pool, int threads) {
        return EngineModel.of(model, options, Workers.of(pool, threads));
    }

    private static long[] workingShape(OnnxRuntimeModel model, int batch) {
        InputException refused = null;
        for (long[] shape : shapes(model, batch)) {
            try {
                model.run(noise(shape, model.input()), shape);
                return shape;
            } catch (InputException e) {
                refused = refused == null ? e : refused;
            }
        }
        throw Objects.requireNonNull(refused);
    }

    /** The shapes to try, the usual one first. */
    private static List<long[]> shapes(OnnxRuntimeModel model, int batch) {
        TensorSpec input = model.input();
        List<long[]> shapes = new ArrayList<>();
        boolean classifier = model.outputs().getFirst().shape().length == 2;
        long[] usual = input.shape().clone();
        for (int i = 0; i < usual.length; i++) {
            if (usual[i] < 0) {
                usual[i] = i == 0 ? batch : i == 1 ? 3 : classifier ? CLASSIFIER_SIDE : IMAGE_SIDE;
            }
        }
        shapes.add(usual);
        TrialInputs.shapes(List.of(input)).forEach(trial -> shapes.addAll(trial.values()));
        return shapes;
    }

    private static float[] noise(long[] shape, TensorSpec input) {
        long size = 1;
        for (long dim : shape) {
            // Neither factor is larger than 2^31, so that this can not overflow.
            size = Math.min(size, MOST_VALUES + 1) * Math.min(dim, MOST_VALUES + 1);
        }
        if (size > MOST_VALUES) {
            throw InputException.of(
                    "input '" + input.name() + "'",
                    "shape %s is too large to time the model with".formatted(Arrays.toString(shape)),
                    "fix the model's input shape");
        }
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[Math.toIntExact(size)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
