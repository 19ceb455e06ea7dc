package dev.signet.quantize;

import dev.signet.core.compute.Compute;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.quantize.runtime.OnnxRuntimeModel;
import dev.signet.quantize.sample.Calibration;
import dev.signet.quantize.sample.CalibrationSamples;
import dev.signet.quantize.sample.SampleFactory;
import dev.signet.quantize.walk.NetworkSurvey;
import java.util.List;

/** Decides what a network's layers are looked at with, before anything is solved. */
final class Calibrations {
    /** Enough to measure with; there must be two to tell what varies. */
    private static final int HELD_OUT = 12;

    private static final long OTHER_SEED = 7_919;

    private final QuantizeOptions options;
    private final Compute compute;

    Calibrations(QuantizeOptions options, Compute compute) {
        this.options = options;
        this.compute = compute;
    }

    /**
     * The user's inputs, or drawn ones; none where the network does not run with drawn ones.
     *
     * @param tensors the weights whose layers are looked at
     * @param used whether anything is learnt from the samples: otherwise a few of them serve to measure the layers' noise
     * @throws InputException if the network does not run with the user's inputs
     */
    Calibration of(OnnxModel model, List<WeightTensor> tensors, boolean used) {
        QuantizeOptions.Samples wanted = options.samples();
        try (OnnxRuntimeModel runtime = OnnxRuntimeModel.open(model.path(), options.threads())) {
            var factory = new SampleFactory(model, runtime, options.inputShapes(), wanted.inputs(), options.threads());
            CalibrationSamples heldOut;
            CalibrationSamples samples;
            if (wanted.calibration() != null) {
                samples =
                        factory.fromFiles(wanted.calibration(), wanted.count(), wanted.preprocessing(), options.seed());
                heldOut = factory.fromFiles(
                        wanted.calibration(), HELD_OUT, wanted.preprocessing(), options.seed() + OTHER_SEED);
                NetworkSurvey.of(model, tensors, samples.copy(1).chunks().getFirst(), compute);
                return new Calibration.Images(samples, heldOut);
            }
            heldOut = factory.withoutData(HELD_OUT, wanted.preprocessing(), options.seed() + OTHER_SEED);
            if (used) {
                samples = factory.withoutData(wanted.count(), wanted.preprocessing(), options.seed());
            } else {
                samples = factory.few(wanted.preprocessing(), options.seed());
            }
            NetworkSurvey.of(model, tensors, samples.copy(1).chunks().getFirst(), compute);
            return new Calibration.Drawn(samples, heldOut);
        } catch (InputException e) {
            if (wanted.calibration() != null) {
                throw e;
            }
            return new Calibration.None(String.valueOf(e.getMessage()));
        }
    }
}
