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
            var factory = new SampleFactory(
                    model, runtime, options.inputShapes(), wanted.inputs(), options.threads());
            CalibrationSamples samples;
            if (wanted.calibration() != null) {
                samples =
                        factory.fromFiles(wanted.calibration(), wanted.count(), wanted.preprocessing(), options.seed());
            } else if (used) {
                samples = factory.withoutData(wanted.count(), wanted.preprocessing(), options.seed());
            } else {
                samples = factory.few(wanted.preprocessing(), options.seed());
            }
            NetworkSurvey.of(model, tensors, samples.copy(1).chunks().getFirst(), compute);
            return wanted.calibration() != null ? new Calibration.Images(samples) : new Calibration.Drawn(samples);
        } catch (InputException e) {
            if (wanted.calibration() != null) {
                throw e;
            }
            return new Calibration.None(String.valueOf(e.getMessage()));
        }
    }
}
