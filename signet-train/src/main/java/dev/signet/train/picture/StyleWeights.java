package dev.signet.train.picture;

/**
 * What counts how much.
 *
 * @param content how like the content's the activations are
 * @param style how like the style's the Gram matrices are
 * @param smoothness how small the differences between neighbours are
 */
public record StyleWeights(double content, double style, double smoothness) {
    /** @throws IllegalArgumentException if one is negative */
    public StyleWeights {
        if (!(content >= 0) || !(style >= 0) || !(smoothness >= 0)) {
            throw new IllegalArgumentException("weights of content, style and smoothness must not be negative");
        }
    }

    String describe() {
        return "content=%s style=%s smoothness=%s".formatted(content, style, smoothness);
    }
}
