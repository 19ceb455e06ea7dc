package dev.signet.quantize;

import dev.signet.core.compute.Compute;
import dev.signet.core.compute.Progress;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.sample.Calibration;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.sample.SampleFactory;
import dev.signet.quantize.sample.SampleLimit;
import dev.signet.quantize.walk.NetworkSurvey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what a network's layers are looked at with, before anything is solved. */
final class Calibrations {
    /** Enough to measure with; there must be two to tell what varies. */
    private static final int HELD_OUT = 12;

    /** What a network remembers wrongly adds up over some frames. */
    private static final int HELD_OUT_FRAMES = 192;

    private static final int LEAST_HELD_OUT = 4;

    /** One in so many runs is spent on what was written. */
    private static final int FIGURES = 16;

    /** Walks through a network whose bits are searched for: one that looks for damage, about two trials. */
    private static final int ALLOCATED_WALKS = 3;

    private static final long OTHER_SEED = 7_919;

    private final QuantizeOptions options;
    private final Compute compute;
    private final Progress progress;

    Calibrations(QuantizeOptions options, Compute compute, Progress progress) {
        this.options = options;
        this.compute = compute;
        this.progress = progress;
    }

    /**
     * The user's inputs, or drawn ones; none where the network does not run with drawn ones. A walk on one sample tells how many
     * there is room and time for.
     *
     * @param tensors the weights whose layers are looked at
     * @param used whether anything is learnt from the samples: otherwise a few of them serve to measure the layers' noise
     * @throws InputException if the network does not run with the user's inputs
     */
    Calibration of(OnnxModel model, List<WeightTensor> tensors, boolean used) {
        try (OnnxRuntimeModel runtime = source(model)) {
            if (runtime == null) {
                return new Calibration.None("ONNX Runtime does not open the model");
            }
            var factory = new SampleFactory(
                    model, runtime, options.inputShapes(), options.samples().inputs(), compute);
            return of(model, tensors, factory, used);
        }
    }

    private Calibration of(OnnxModel model, List<WeightTensor> tensors, SampleFactory factory, boolean used) {
        boolean images = options.samples().calibration() != null;
        try {
            WorkPlan plan = plan(model, tensors, factory, used);
            CalibrationSamples samples = samples(factory.within(plan.limit()), used);
            progress.plan(plan.text(samples.count(), options.bits().isAllocated() ? ALLOCATED_WALKS : 1));
            CalibrationSamples heldOut = heldOut(
                    factory,
                    Math.clamp(
                            plan.runs() / FIGURES,
                            LEAST_HELD_OUT,
                            factory.hasStates(options.seed()) ? HELD_OUT_FRAMES : HELD_OUT));
            return images
                    ? new Calibration.Images(samples, heldOut, plan.runs())
                    : new Calibration.Drawn(samples, heldOut, plan.runs());
        } catch (InputException e) {
            if (images || !options.samples().inputs().files().isEmpty()) {
                throw e;
            }
            return new Calibration.None(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The model in ONNX Runtime; null where that does not open it and need not.
     *
     * @throws InputException with ONNX Runtime's words, if what is written is to be verified
     */
    private @Nullable OnnxRuntimeModel source(OnnxModel model) {
        try {
            return OnnxRuntimeModel.open(model.path(), options.threads());
        } catch (InputException e) {
            if (options.verify() || options.samples().calibration() != null) {
                throw InputException.of(
                        "the source itself",
                        "does not open (%s)".formatted(e.getMessage()),
                        "mend the model; --no-verify writes a file without any runtime, so without statistics and"
                                + " proof",
                        e);
            }
            return null;
        }
    }

    private WorkPlan plan(OnnxModel model, List<WeightTensor> tensors, SampleFactory factory, boolean used) {
        MemoryBudget memory = options.memory().forModel(model);
        CalibrationSamples one = samples(factory.within(SampleLimit.ONE), used);
        int batch = one.count();
        long start = System.nanoTime();
        NetworkSurvey survey = NetworkSurvey.of(model, tensors, one.chunks().getFirst(), memory.tensors() / 2, compute);
        double seconds = (System.nanoTime() - start) / 1e9;
        WorkPlan plan = WorkPlan.of(survey, batch, seconds, model.bytes(), memory);
        if (plan.limit().most() < batch) {
            throw InputException.of(model.where(), plan.tooMuch(), "give more --memory, or a smaller --input-shape");
        }
        return plan;
    }

    private CalibrationSamples heldOut(SampleFactory factory, int count) {
        QuantizeOptions.Samples wanted = options.samples();
        long seed = options.seed() + OTHER_SEED;
        return wanted.calibration() != null
                ? factory.fromFiles(wanted.calibration(), count, wanted.preprocessing(), seed)
                : factory.withoutData(count, wanted.preprocessing(), seed);
    }

    private CalibrationSamples samples(SampleFactory factory, boolean used) {
        QuantizeOptions.Samples wanted = options.samples();
        if (wanted.calibration() != null) {
            return factory.fromFiles(wanted.calibration(), wanted.count(), wanted.preprocessing(), options.seed());
        }
        return used
                ? factory.withoutData(wanted.count(), wanted.preprocessing(), options.seed())
                : factory.few(wanted.preprocessing(), options.seed());
    }
}
