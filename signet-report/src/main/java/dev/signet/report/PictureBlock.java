package dev.signet.report;

import dev.signet.quantize.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pictures side by side that are zoomed and moved together, each with its difference from the original.
 *
 * @param comparison what is shown
 * @param comment what part of the pictures it is, or empty
 */
public record PictureBlock(PictureComparison comparison, String comment) implements Block {
    /** A page stays fast to open: about 2 bytes for each of these pixels. */
    private static final long MOST_PIXELS = 1_600_000;

    /** So much of a picture is always shown. */
    private static final int LEAST_SIDE = 160;

    /** Blocks for all comparisons, which show as much of each picture as there is room for on a page. */
    public static List<PictureBlock> all(List<PictureComparison> comparisons) {
        int side = side(comparisons);
        List<PictureBlock> blocks = new ArrayList<>();
        for (PictureComparison whole : comparisons) {
            PictureComparison part = whole.middle(side);
            Picture all = whole.original();
            Picture shown = part.original();
            boolean cut = shown.width() < all.width() || shown.height() < all.height();
            blocks.add(new PictureBlock(
                    part,
                    cut
                            ? String.format(
                                    Locale.ROOT,
                                    "the middle %d x %d of %d x %d pixels",
                                    shown.width(),
                                    shown.height(),
                                    all.width(),
                                    all.height())
                            : String.format(Locale.ROOT, "%d x %d pixels", all.width(), all.height())));
        }
        return blocks;
    }

    /** The largest side for which all pictures together have no more than the pixels that a page has room for. */
    private static int side(List<PictureComparison> comparisons) {
        int longest = LEAST_SIDE;
        for (PictureComparison comparison : comparisons) {
            longest = Math.max(
                    longest,
                    Math.max(
                            comparison.original().width(), comparison.original().height()));
        }
        int low = LEAST_SIDE;
        while (low < longest) {
            int middle = low + (longest - low + 1) / 2;
            if (pixels(comparisons, middle) <= MOST_PIXELS) {
                low = middle;
            } else {
                longest = middle - 1;
            }
        }
        return low;
    }

    private static long pixels(List<PictureComparison> comparisons, int side) {
        long pixels = 0;
        for (PictureComparison comparison : comparisons) {
            Picture picture = comparison.original();
            pixels += (long) comparison.pictures() * Math.min(side, picture.width()) * Math.min(side, picture.height());
        }
        return pixels;
    }

    /** Signal to noise against the original in dB, values 0..255; infinite for equal pictures. */
    static double decibels(Picture original, Picture variant) {
        double sum = 0;
        for (int i = 0; i < original.values().length; i++) {
            double difference = (double) original.values()[i] - variant.values()[i];
            sum += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255.0 * original.values().length / sum);
    }
}
