package dev.signet.lab.baseline;

import dev.signet.core.WeightMatrix;

/** Weights as signed bytes with an fp32 scale for each output channel, as ONNX Runtime's quantizer writes them. */
final class SymmetricBytes {
    private static final int LARGEST = 127;

    /** Of each channel: a scale, and a zero point that is 0 but stored. */
    private static final int CHANNEL_BYTES = 5;

    private SymmetricBytes() {}

    static Baseline.Quantized quantize(WeightMatrix matrix) {
        float[] values = matrix.values().clone();
        int d = matrix.inputs();
        for (int f = 0; f < matrix.filters(); f++) {
            float most = 0;
            for (int i = f * d; i < (f + 1) * d; i++) {
                most = Math.max(most, Math.abs(values[i]));
            }
            float scale = most > 0 ? most / LARGEST : 1;
            for (int i = f * d; i < (f + 1) * d; i++) {
                values[i] = scale * (float) Math.clamp(Math.rint(values[i] / scale), -LARGEST, LARGEST);
            }
        }
        return new Baseline.Quantized(values, values.length + (long) CHANNEL_BYTES * matrix.filters());
    }
}
