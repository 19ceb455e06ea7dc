package dev.signet.lab.baseline;

import dev.signet.core.WeightMatrix;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What others do with weights, to compare with: the values that come of it, and the bytes that its format takes. */
public enum Baseline {
    /** Halves of floats. */
    FP16(16) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            float[] values = matrix.values().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
            }
            return new Quantized(values, 2L * values.length);
        }
    },
    /** Bytes, symmetric, an fp32 scale for each output channel; layers' inputs are rounded to bytes over their own range in each run. */
    INT8_DYNAMIC(8) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return SymmetricBytes.quantize(matrix);
        }
    },
    /** The same weights; layers' inputs are rounded over ranges that samples gave. */
    INT8_STATIC(8) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return SymmetricBytes.quantize(matrix);
        }
    },
    /** Evenly spaced levels from the smallest to the largest weight of a filter. */
    UNIFORM_MINMAX(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return UniformCodes.of(matrix, bits, matrix.inputs(), Clipping::minMax)
                    .quantized();
        }
    },
    /** The range of a filter clipped so that the squared error is least. */
    UNIFORM_MSE(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return UniformCodes.of(matrix, bits, matrix.inputs(), Clipping::leastSquares)
                    .quantized();
        }
    },
    /** The zero point of a filter by half-quadratic iterations on a norm that forgives outliers. */
    HQQ(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return UniformCodes.of(matrix, bits, matrix.inputs(), HalfQuadratic::fit)
                    .quantized();
        }
    },
    /** The same for each 64 weights, its authors' usual group, where a filter has a multiple of them. */
    HQQ_64(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            int group = matrix.inputs() % USUAL_GROUP == 0 ? USUAL_GROUP : matrix.inputs();
            return UniformCodes.of(matrix, bits, group, HalfQuadratic::fit).quantized();
        }
    },
    /** One table of fp16 levels for the tensor, by k-means. */
    PALETTE(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return Palette.quantize(matrix, bits, matrix.size());
        }
    },
    /** A table of fp16 levels for each filter, by k-means. */
    PALETTE_FILTER(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return Palette.quantize(matrix, bits, matrix.inputs());
        }
    },
    /** Evenly spaced levels, later weights making up for what rounding does to a layer's output on samples. */
    GPTQ(0) {
        @Override
        public Quantized quantize(WeightMatrix matrix, int bits) {
            return Gptq.quantize(matrix, bits, null);
        }

        @Override
        public Quantized quantize(WeightMatrix matrix, int bits, double @Nullable [][] grams) {
            return Gptq.quantize(matrix, bits, grams);
        }
    };

    private static final int USUAL_GROUP = 64;

    private final int fixedBits;

    Baseline(int fixedBits) {
        this.fixedBits = fixedBits;
    }

    /**
     * What became of a weight matrix.
     *
     * @param values in the matrix's order
     * @param bytes of codes, and of scales, zero points or tables as the format has them
     */
    public record Quantized(float[] values, long bytes) {}

    /** Bits of a weight, whatever is asked for; 0 where that is not so. */
    public int fixedBits() {
        return fixedBits;
    }

    /** Whether layers' inputs are rounded, too. */
    public boolean roundsInputs() {
        return this == INT8_DYNAMIC || this == INT8_STATIC;
    }

    /** Whether it looks at samples. */
    public boolean takesSamples() {
        return this == INT8_STATIC || this == GPTQ;
    }

    /** The name on the command line: {@code uniform-minmax}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The baseline of this name. */
    public static Optional<Baseline> of(String text) {
        for (Baseline baseline : values()) {
            if (baseline.text().equals(text)) {
                return Optional.of(baseline);
            }
        }
        return Optional.empty();
    }

    /**
     * Quantizes a weight matrix.
     *
     * @param bits 1..8; without effect where {@link #fixedBits} says how many there are
     */
    public abstract Quantized quantize(WeightMatrix matrix, int bits);

    /**
     * The same where it is known what the layer gets.
     *
     * @param grams of {@link InputGrams}; null where there are none
     */
    public Quantized quantize(WeightMatrix matrix, int bits, double @Nullable [][] grams) {
        return quantize(matrix, bits);
    }
}
