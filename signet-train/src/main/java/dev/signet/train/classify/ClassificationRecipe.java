package dev.signet.train.classify;

import java.util.Locale;

/**
 * How a classifier learns.
 *
 * @param batch images in a step
 * @param smoothing how much of a label is shared by all classes: Szegedy et al. 2016 (arXiv 1512.00567)
 * @param border by how many pixels images are moved at random
 * @param smallSide images have this many pixels a side in the first epochs; 0 for full size all the time
 * @param smallPart which part of the epochs that is
 * @param epochs all epochs
 * @param seed of the order and of the augmentation
 */
public record ClassificationRecipe(
        int batch, double smoothing, int border, int smallSide, double smallPart, int epochs, long seed) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public ClassificationRecipe {
        if (batch < 1 || epochs < 1 || border < 0 || smallSide < 0) {
            throw new IllegalArgumentException("batch and epochs must be positive, border and side not negative");
        }
        if (!(smoothing >= 0 && smoothing < 1) || !(smallPart >= 0 && smallPart <= 1)) {
            throw new IllegalArgumentException("smoothing must lie in 0..1, and so must a part of the epochs");
        }
    }

    /** All of it in one line. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "batch=%d smoothing=%s border=%d small=%d/%s epochs=%d seed=%d",
                batch,
                smoothing,
                border,
                smallSide,
                smallPart,
                epochs,
                seed);
    }

    /** Pixels a side in an epoch, from 0. */
    int side(int epoch, int full) {
        return smallSide > 0 && epoch < Math.round(smallPart * epochs) ? Math.min(smallSide, full) : full;
    }
}
