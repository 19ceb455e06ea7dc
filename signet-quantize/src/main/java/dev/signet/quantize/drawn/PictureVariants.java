package dev.signet.quantize.drawn;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/**
 * More pictures from few: each as it is and mirrored, then both moved by up to an eighth of their sides, the border's pixels
 * repeated. What a network sees of them differs enough to tell more about its layers' inputs.
 */
public final class PictureVariants {
    private static final int LARGEST_SHIFT = 8;

    private PictureVariants() {}

    /**
     * A variant of a picture.
     *
     * @param number 0 for the picture itself, 1 for its mirror image, from 2 on moved: even ones the picture, odd ones its mirror image
     * @param random where it is moved to
     */
    public static Picture of(Picture picture, int number, SplittableRandom random) {
        int width = picture.width();
        int height = picture.height();
        int shiftX = number < 2 ? 0 : shift(width, random);
        int shiftY = number < 2 ? 0 : shift(height, random);
        boolean mirrored = number % 2 == 1;
        float[] values = new float[3 * width * height];
        for (int plane = 0; plane < 3; plane++) {
            for (int y = 0; y < height; y++) {
                int fromY = Math.clamp(y + shiftY, 0, height - 1);
                for (int x = 0; x < width; x++) {
                    int fromX = Math.clamp((mirrored ? width - 1 - x : x) + shiftX, 0, width - 1);
                    values[(plane * height + y) * width + x] = picture.at(plane, fromY, fromX);
                }
            }
        }
        return new Picture(width, height, values);
    }

    private static int shift(int side, SplittableRandom random) {
        int most = side / LARGEST_SHIFT;
        return random.nextInt(-most, most + 1);
    }
}
