package dev.signet.lab.baseline;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A method to compare with: uniform, asymmetric, per output channel, from the weights alone. */
public enum Baseline {
    /** Levels from the smallest to the largest weight of a filter. */
    UNIFORM_MINMAX {
        @Override
        void fit(double[] w, int bits, double[] scaleAndZero) {
            Clipping.minMax(w, bits, scaleAndZero);
        }
    },
    /** The range of a filter clipped so that the squared error is least. */
    UNIFORM_MSE {
        @Override
        void fit(double[] w, int bits, double[] scaleAndZero) {
            Clipping.leastSquares(w, bits, scaleAndZero);
        }
    },
    /** The zero point by half-quadratic iterations on a norm that forgives outliers. */
    HQQ {
        @Override
        void fit(double[] w, int bits, double[] scaleAndZero) {
            HalfQuadratic.fit(w, bits, scaleAndZero);
        }
    };

    /**
     * What became of a weight matrix.
     *
     * @param weight the same values as sign planes: evenly spaced levels are multi-bit weights whose coefficients halve
     * @param bytes of codes, and fp16 scales and zero points
     */
    public record Quantized(MultiBitWeight weight, long bytes) {}

    /** Finds the scale and the zero point of one filter. */
    abstract void fit(double[] w, int bits, double[] scaleAndZero);

    /** The name on the command line: {@code uniform-minmax}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The baseline of this name. */
    public static Optional<Baseline> of(String text) {
        return Arrays.stream(values())
                .filter(baseline -> baseline.text().equals(text))
                .findFirst();
    }

    /**
     * Quantizes a weight matrix.
     *
     * @param bits 1..8
     */
    public Quantized quantize(WeightMatrix matrix, int bits) {
        UniformCodes codes = codes(matrix, bits);
        return new Quantized(codes.planes(), codes.bytes());
    }

    UniformCodes codes(WeightMatrix matrix, int bits) {
        double[] scales = new double[matrix.filters()];
        double[] zeros = new double[matrix.filters()];
        double[] w = new double[matrix.inputs()];
        double[] scaleAndZero = new double[2];
        for (int f = 0; f < scales.length; f++) {
            for (int i = 0; i < w.length; i++) {
                w[i] = matrix.values()[f * w.length + i];
            }
            fit(w, bits, scaleAndZero);
            scales[f] = scaleAndZero[0];
            zeros[f] = scaleAndZero[1];
        }
        return UniformCodes.nearest(matrix, bits, scales, zeros);
    }
}
