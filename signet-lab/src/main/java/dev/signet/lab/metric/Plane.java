package dev.signet.lab.metric;

import dev.signet.quantize.image.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One channel of a picture.
 *
 * @param width in pixels
 * @param height in pixels
 * @param values {@code height * width} values, 0..255
 */
public record Plane(int width, int height, float[] values) {
    /** @throws IllegalArgumentException if the number of values does not fit the size */
    public Plane {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d values are no plane of %d x %d", values.length, width, height));
        }
    }

    /** Red, green and blue. */
    public static List<Plane> colours(Picture picture) {
        int pixels = picture.width() * picture.height();
        return IntStream.range(0, 3)
                .mapToObj(channel -> new Plane(
                        picture.width(),
                        picture.height(),
                        Arrays.copyOfRange(picture.values(), channel * pixels, (channel + 1) * pixels)))
                .toList();
    }

    /** The luma of ITU-R BT.601 in the range 16..235, not rounded: what super-resolution is compared on. */
    public static Plane luma(Picture picture) {
        int pixels = picture.width() * picture.height();
        float[] rgb = picture.values();
        float[] luma = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            luma[i] = (float) (16 + (65.481 * rgb[i] + 128.553 * rgb[pixels + i] + 24.966 * rgb[2 * pixels + i]) / 255);
        }
        return new Plane(picture.width(), picture.height(), luma);
    }
}
