package dev.signet.quantize.figure;

import dev.signet.quantize.runtime.OnnxRuntimeModel;

/** What a network is worth to its user: the measure of {@code --max-drop}. */
public interface UserMetric {
    /** For people: "top-1 on 10000 images". */
    String name();

    /**
     * What a quantized network loses against the original, in points of per cent; negative where it gains.
     *
     * @throws dev.signet.onnx.InputException if it does not run on the user's data
     */
    double drop(OnnxRuntimeModel quantized);
}
