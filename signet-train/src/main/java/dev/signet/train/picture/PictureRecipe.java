package dev.signet.train.picture;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How networks from picture to picture see their pictures.
 *
 * @param epochs of {@code stepsPerEpoch} steps
 * @param stepsPerEpoch steps until the next evaluation
 * @param batch patches in a step
 * @param patch side of a patch in pixels
 * @param rate the highest learning rate
 * @param seed of weights and patches
 */
public record PictureRecipe(int epochs, int stepsPerEpoch, int batch, int patch, double rate, long seed) {
    private static final int SMALLEST = 16;
    // Both networks' sides.
    private static final int MULTIPLE = 4;

    /** @throws IllegalArgumentException if a value is out of its range */
    public PictureRecipe {
        if (epochs < 1 || stepsPerEpoch < 1 || batch < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("epochs, steps, batch and rate must be positive");
        }
        if (patch < SMALLEST || patch > 1024 || patch % MULTIPLE != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a patch has %d to 1024 pixels a side, a multiple of %d, not %d",
                    SMALLEST,
                    MULTIPLE,
                    patch));
        }
    }

    /** The random numbers of a step: they depend on nothing that happened before. */
    SplittableRandom random(int epoch, int step) {
        return new SplittableRandom((seed * 1_000_003 + epoch) * 1_000_003 + step);
    }

    /** All of it in one line. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "epochs=%d steps=%d batch=%d patch=%d rate=%s seed=%d",
                epochs,
                stepsPerEpoch,
                batch,
                patch,
                rate,
                seed);
    }
}
