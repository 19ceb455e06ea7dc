package dev.signet.lab.speed;

import dev.signet.engine.kernel.Workers;
import dev.signet.lab.runtime.EngineModel;
import dev.signet.lab.runtime.OnnxRuntimeModel;
import dev.signet.lab.runtime.RunnableModel.PreparedRun;
import dev.signet.lab.runtime.TensorSpec;
import dev.signet.lab.runtime.TrialInputs;
import dev.signet.lab.runtime.Verification;
import dev.signet.onnx.InputException;
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
 * @param ratio ONNX Runtime's time by the engine's: above 1 the engine is faster
 * @param milliseconds the engine's median time
 * @param onnxruntimeMilliseconds ONNX Runtime's
 * @param difference the largest difference of the two first outputs, relative to the largest absolute value
 */
public record NetworkSpeed(
        Path model,
        long[] inputShape,
        Stopwatch.Ratio ratio,
        double milliseconds,
        double onnxruntimeMilliseconds,
        double difference) {
    private static final int CLASSIFIER_SIDE = 224;
    private static final int IMAGE_SIDE = 256;
    /** More values than this are no input to time a network with. */
    private static final long MOST_VALUES = 64L << 20;

    /**
     * Times a network in both runtimes, in turn, on one input: one sample of noise of the model's own shape, open sides 224 for
     * a classifier and 256 for an image network.
     *
     * @param threads of each runtime
     * @throws InputException if one of the runtimes can not open or run the model
     */
    public static NetworkSpeed measure(Path model, Stopwatch stopwatch, Executor pool, int threads) {
        try (OnnxRuntimeModel reference = OnnxRuntimeModel.open(model, threads);
                EngineModel engine = EngineModel.open(model, Workers.of(pool, threads))) {
            long[] shape = workingShape(reference);
            float[] values = noise(shape, reference.input());
            try (PreparedRun theirs = reference.prepare(values, shape);
                    PreparedRun ours = engine.prepare(values, shape)) {
                Stopwatch.Times times = stopwatch.time(List.of(theirs::run, ours::run));
                double difference = Verification.difference(
                        theirs.output().values(), ours.output().values());
                return new NetworkSpeed(model, shape, times.ratio(0, 1), times.median(1), times.median(0), difference);
            }
        }
    }

    private static long[] workingShape(OnnxRuntimeModel model) {
        InputException refused = null;
        for (long[] shape : shapes(model)) {
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
    private static List<long[]> shapes(OnnxRuntimeModel model) {
        TensorSpec input = model.input();
        List<long[]> shapes = new ArrayList<>();
        boolean classifier = model.outputs().getFirst().shape().length == 2;
        long[] usual = input.shape().clone();
        for (int i = 0; i < usual.length; i++) {
            if (usual[i] < 0) {
                usual[i] = i == 0 ? 1 : i == 1 ? 3 : classifier ? CLASSIFIER_SIDE : IMAGE_SIDE;
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
        float[] values = new float[(int) size];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
