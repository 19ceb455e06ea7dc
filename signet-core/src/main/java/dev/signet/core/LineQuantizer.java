package dev.signet.core;

import dev.signet.core.MultiBitWeight.CoefficientType;
import java.util.Locale;

/**
 * Levels on a line for many bits: {@code s_f * (code - 2^(b-1))}, with one factor for each filter, as integer formats have them;
 * each weight takes the nearest. 2^8 free levels gain nothing over it and take long to find.
 */
public final class LineQuantizer {
    private LineQuantizer() {}

    /**
     * Quantizes a matrix, one factor for each filter.
     *
     * @throws IllegalArgumentException naming the index, if a weight is NaN or infinite
     */
    public static MultiBitWeight quantize(WeightMatrix matrix, int bits) {
        int half = 1 << (bits - 1);
        float[] coefficients = new float[bits];
        for (int i = 0; i < bits; i++) {
            // Falling, as coefficients are: the highest plane is the first.
            coefficients[i] = Math.scalb(1f, bits - 2 - i);
        }
        double[] steps = new double[matrix.filters()];
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (int f = 0; f < steps.length; f++) {
            double most = 0;
            for (int i = f * matrix.inputs(); i < (f + 1) * matrix.inputs(); i++) {
                float w = matrix.values()[i];
                if (!Float.isFinite(w)) {
                    throw new IllegalArgumentException(
                            String.format(Locale.ROOT, "weight %d is not a finite number: %s", i, w));
                }
                most = Math.max(most, Math.max(w / (half - 1.0), -w / (double) half));
            }
            steps[f] = most;
            smallest = most > 0 ? Math.min(smallest, most) : smallest;
            largest = Math.max(largest, most);
        }
        // A power of two that brings the largest factor to 1: fp16 has the most room there.
        int exponent = largest > 0 ? Math.getExponent(largest) : 0;
        CoefficientType type = SharedLevels.type(Math.scalb(smallest, -exponent), Math.scalb(largest, -exponent));
        boolean moved = type == CoefficientType.FLOAT16 && exponent >= -16 && exponent <= 4;
        if (type == CoefficientType.FLOAT16 && !moved) {
            type = CoefficientType.FLOAT32;
        }
        int shift = moved ? exponent : 0;
        for (int i = 0; i < bits; i++) {
            coefficients[i] = Math.scalb(coefficients[i], shift);
        }
        return codes(matrix, bits, steps, new SharedLevels(coefficients, Math.scalb(-0.5f, shift), new float[0]), type);
    }

    private static MultiBitWeight codes(
            WeightMatrix matrix, int bits, double[] steps, SharedLevels line, CoefficientType type) {
        int half = 1 << (bits - 1);
        double unit = -2.0 * line.offset();
        float[] scales = new float[matrix.filters()];
        byte[] codes = new byte[matrix.size()];
        for (int f = 0; f < scales.length; f++) {
            scales[f] = SharedLevels.round(steps[f] / unit, type);
            double inverse = scales[f] > 0 ? 1 / (scales[f] * unit) : 0;
            for (int i = f * matrix.inputs(); i < (f + 1) * matrix.inputs(); i++) {
                int step = (int) Math.clamp(Math.rint(matrix.values()[i] * inverse), -half, half - 1);
                codes[i] = (byte) (Integer.reverse(step + half) >>> (Integer.SIZE - bits));
            }
        }
        GroupLayout layout = new Grouping.Filter().layout(matrix);
        var shared = new SharedLevels(line.coefficients(), line.offset(), scales);
        return MultiBitWeight.ofShared(layout, bits, MultiBitWeight.planes(layout, bits, codes), shared, type);
    }
}
