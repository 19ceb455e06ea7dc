package dev.signet.quantize.solve;

import java.nio.file.Path;
import java.util.Locale;

/** Which heat map the solver gets: what weighs the error of each weight. */
public sealed interface Importance {
    /** All weights alike. */
    record Uniform() implements Importance {}

    /** |w|^p. */
    record L1(double p) implements Importance {}

    /** The mean square of the input that each weight meets. */
    record Activation() implements Importance {}

    /**
     * What a self-attention module says that was trained so that layers' outputs stay as they are.
     *
     * @param shared whether one module is trained for all layers, or one for each
     */
    record Attention(boolean shared) implements Importance {}

    /** An {@code .npz} file with one array for each tensor, in its shape. */
    record FromFile(Path file) implements Importance {}

    /**
     * Reads {@code uniform}, {@code l1}, {@code l1:p}, {@code activation}, {@code attention} (the same as {@code attention:layer}),
     * {@code attention:shared} or a file name that ends in {@code .npz}.
     *
     * @throws IllegalArgumentException if {@code text} is none of them
     */
    static Importance parse(String text) {
        if (text.endsWith(".npz")) {
            return new FromFile(Path.of(text));
        }
        return switch (text) {
            case "uniform" -> new Uniform();
            case "l1" -> new L1(1);
            case "activation" -> new Activation();
            case "attention", "attention:layer" -> new Attention(false);
            case "attention:shared" -> new Attention(true);
            default -> {
                if (!text.matches("l1:[0-9]{1,3}(\\.[0-9]{1,6})?")) {
                    throw new IllegalArgumentException(
                            "'%s' is not an importance: uniform, l1, l1:P, activation, attention, attention:shared or FILE.npz"
                                    .formatted(text));
                }
                double p = Double.parseDouble(text.substring(3));
                if (!(p > 0 && p <= 16)) {
                    throw new IllegalArgumentException("l1's power must be above 0 and at most 16, not " + p);
                }
                yield new L1(p);
            }
        };
    }

    /** Whether it is made of what the layers' inputs are like. */
    default boolean wantsStatistics() {
        return this instanceof Activation || this instanceof Attention;
    }

    /** What {@link #parse} reads. */
    default String text() {
        return switch (this) {
            case Uniform() -> "uniform";
            case L1(double p) -> p == 1 ? "l1" : String.format(Locale.ROOT, "l1:%s", p);
            case Activation() -> "activation";
            case Attention(boolean shared) -> shared ? "attention:shared" : "attention";
            case FromFile(Path file) -> file.toString();
        };
    }
}
