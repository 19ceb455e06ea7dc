package dev.signet.train.classify;

import dev.signet.lab.drawing.Split;
import dev.signet.onnx.InputException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Images of one size to learn from, and others to test on.
 *
 * @param training what is learnt from
 * @param test what is tested on
 */
record ImageSets(ImageSet training, ImageSet test) {
    private static final int DRAWN = 16_000;
    private static final int DRAWN_TEST = 1_000;

    /**
     * The images of a folder, or drawn figures.
     *
     * @param folder null for drawn figures
     * @param limit the most images to take of each, 0 for all (16,000 and 1,000 drawn ones)
     * @throws InputException if there are none, or they are of different sizes
     */
    static ImageSets open(@Nullable Path folder, int limit) {
        if (folder == null) {
            return new ImageSets(
                    ImageSet.drawn(Split.TRAINING, limit == 0 ? DRAWN : limit),
                    ImageSet.drawn(Split.HELD_OUT, limit == 0 ? DRAWN_TEST : Math.min(limit, DRAWN_TEST)));
        }
        var sets = new ImageSets(ImageSet.training(folder, limit), ImageSet.test(folder, limit));
        if (sets.test.side() != sets.training.side()) {
            throw InputException.of(
                    folder.toString(),
                    String.format(
                            Locale.ROOT,
                            "images to test on have %d pixels a side, those to train on %d",
                            sets.test.side(),
                            sets.training.side()),
                    "resize all images to one size");
        }
        return sets;
    }
}
