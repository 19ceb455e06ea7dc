package dev.signet.quantize.input;

import dev.signet.quantize.runtime.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Whether a network gives the picture that it was given, larger or as large: restoration, enhancement.
 *
 * @param correlation of the output's luma and the input's, squared
 * @param error mean squared difference, relative to the input's variance; of an output 0..255 as it is or as 0..1
 */
record PictureLikeness(double correlation, double error) {
    private static final double SURE = 0.7;

    /** What it says for the range, in nats. */
    double nats() {
        return correlation < SURE ? 0 : 8 * correlation - 2 * Math.log(Math.max(error, 0.02));
    }

    /** Compares an output with the values that went in; null where it can not be a picture of that kind. */
    static @Nullable PictureLikeness of(InputLayout layout, float[] input, Tensor output) {
        long pixels = (long) layout.width() * layout.height();
        long enlarged = output.values().length / layout.channels();
        int scale = Math.toIntExact(Math.round(Math.sqrt((double) enlarged / pixels)));
        if (scale < 1 || scale > 8 || pixels * scale * scale * layout.channels() != output.values().length) {
            return null;
        }
        long[] shape = output.shape();
        boolean planar = shape[shape.length - 1] != layout.channels();
        double[] before = luma(input, layout.width(), layout.height(), layout.channels(), layout.planar(), 1);
        double[] after = luma(output.values(), layout.width(), layout.height(), layout.channels(), planar, scale);
        double n = before.length;
        double sumA = 0;
        double sumB = 0;
        double squares = 0;
        double asBytes = 0;
        for (int i = 0; i < n; i++) {
            sumA += before[i];
            sumB += after[i];
            squares += (before[i] - after[i]) * (before[i] - after[i]);
            asBytes += (before[i] - after[i] / 255) * (before[i] - after[i] / 255);
        }
        double aa = 0;
        double bb = 0;
        double ab = 0;
        for (int i = 0; i < n; i++) {
            double a = before[i] - sumA / n;
            double b = after[i] - sumB / n;
            aa += a * a;
            bb += b * b;
            ab += a * b;
        }
        if (!(aa > 0) || !(bb > 0)) {
            return new PictureLikeness(0, 1);
        }
        return new PictureLikeness(ab > 0 ? ab * ab / aa / bb : 0, Math.min(Math.min(squares, asBytes) / aa, 100));
    }

    /** The mean of the channels, {@code scale x scale} pixels taken together. */
    private static double[] luma(float[] values, int width, int height, int channels, boolean planar, int scale) {
        double[] luma = new double[width * height];
        int wide = width * scale;
        int plane = wide * height * scale;
        double part = 1.0 / (channels * scale * scale);
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < plane; i++) {
                float value = values[planar ? c * plane + i : i * channels + c];
                luma[i / wide / scale * width + i % wide / scale] += part * value;
            }
        }
        return luma;
    }
}
