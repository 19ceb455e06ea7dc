package dev.signet.quantize.input;

import dev.signet.quantize.image.Preprocessing;
import java.util.Locale;
import java.util.Optional;

/** What networks that people ship take pictures as. */
public enum ValueRange {
    /** 0..1. */
    UNIT("0..1", Preprocessing.UNIT, 1),
    /** 0..255. */
    BYTES("0..255", Preprocessing.BYTES, 0.5),
    /** -1..1. */
    SYMMETRIC("-1..1", range(1 / 127.5, new double[] {1, 1, 1}, 1), 0.5),
    /** 0..1 less ImageNet's means, over its deviations. */
    IMAGENET("imagenet", Preprocessing.CLASSIFICATION, 0.5),
    /** 0..255 less the means: Caffe's networks. */
    BYTES_CENTRED("0..255-mean", range(1, new double[] {123.68, 116.779, 103.939}, 1), -2),
    /** -0.5..0.5. */
    HALF("-0.5..0.5", range(1 / 255.0, new double[] {0.5, 0.5, 0.5}, 1), -1.5),
    /** 0..1 less the means, over deviations that were measured at 0..255. */
    TINY("tiny", range(1 / 255.0, new double[] {0.485, 0.456, 0.406}, 60), -2);

    private final String text;
    // Its arrays are never written to.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Preprocessing preprocessing;

    private final double prior;

    ValueRange(String text, Preprocessing preprocessing, double prior) {
        this.text = text;
        this.preprocessing = preprocessing;
        this.prior = prior;
    }

    private static Preprocessing range(double scale, double[] mean, double deviation) {
        return new Preprocessing(scale, mean, new double[] {deviation, deviation, deviation}, false, 0);
    }

    /** As the command line has it. */
    public String text() {
        return text;
    }

    /** What pictures are put through. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** How usual it is, in nats. */
    double prior() {
        return prior;
    }

    /** The range of a name; empty for none. */
    public static Optional<ValueRange> parse(String name) {
        for (ValueRange range : values()) {
            if (range.text.equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(range);
            }
        }
        return Optional.empty();
    }
}
