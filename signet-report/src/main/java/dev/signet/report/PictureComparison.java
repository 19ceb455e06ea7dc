package dev.signet.report;

import dev.signet.quantize.image.Picture;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What an image network and its quantized versions made of one image.
 *
 * @param name of the image
 * @param original what the float model made of it
 * @param variants what the quantized models made of it, by label, in the order to be shown; as large as the original
 * @param target what should have come out, as large as the original; null where nobody knows
 */
public record PictureComparison(
        String name,
        Picture original,
        SequencedMap<String, Picture> variants,
        @Nullable Picture target) {
    /** @throws IllegalArgumentException if a picture is not as large as the original */
    public PictureComparison {
        for (Map.Entry<String, Picture> variant : variants.entrySet()) {
            checkSize(variant.getKey(), variant.getValue(), original);
        }
        if (target != null) {
            checkSize("the target", target, original);
        }
    }

    private static void checkSize(String label, Picture picture, Picture original) {
        if (picture.width() != original.width() || picture.height() != original.height()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s is %d x %d, the original %d x %d",
                    label,
                    picture.width(),
                    picture.height(),
                    original.width(),
                    original.height()));
        }
    }

    /** The same of the middle of the pictures, at most {@code side} pixels wide and high. */
    PictureComparison middle(int side) {
        var parts = new java.util.LinkedHashMap<String, Picture>();
        variants.forEach((label, picture) -> parts.put(label, middle(picture, side)));
        return new PictureComparison(name, middle(original, side), parts, target == null ? null : middle(target, side));
    }

    private static Picture middle(Picture picture, int side) {
        return picture.cropCentre(Math.min(side, picture.width()), Math.min(side, picture.height()));
    }

    /** How many pictures there are. */
    int pictures() {
        return 1 + variants.size() + (target == null ? 0 : 1);
    }
}
