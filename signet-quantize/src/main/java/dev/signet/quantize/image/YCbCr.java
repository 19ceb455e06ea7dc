package dev.signet.quantize.image;

import java.util.Arrays;

/**
 * A picture as luma and two colour differences, all 0..255: full range with BT.601's weights, as JPEG has it.
 *
 * @param width in pixels
 * @param height in pixels
 * @param luma Y, {@code height * width} values
 * @param blue Cb, as many
 * @param red Cr, as many
 */
public record YCbCr(int width, int height, float[] luma, float[] blue, float[] red) {
    private static final double RED = 0.299;
    private static final double GREEN = 0.587;
    private static final double BLUE = 0.114;

    // What the colour differences, at most 1 - RED and 1 - BLUE of the range, are divided by to be at most a half.
    private static final double RED_SPAN = 2 * (1 - RED);
    private static final double BLUE_SPAN = 2 * (1 - BLUE);

    private static final double MIDDLE = 128;

    /** The luma of a colour. */
    static double luma(double red, double green, double blue) {
        return RED * red + GREEN * green + BLUE * blue;
    }

    /** Takes a picture apart. */
    public static YCbCr of(Picture picture) {
        float[] rgb = picture.values();
        int pixels = picture.width() * picture.height();
        YCbCr parts =
                new YCbCr(picture.width(), picture.height(), new float[pixels], new float[pixels], new float[pixels]);
        for (int i = 0; i < pixels; i++) {
            double luma = luma(rgb[i], rgb[pixels + i], rgb[2 * pixels + i]);
            parts.luma[i] = (float) luma;
            parts.blue[i] = (float) ((rgb[2 * pixels + i] - luma) / BLUE_SPAN + MIDDLE);
            parts.red[i] = (float) ((rgb[i] - luma) / RED_SPAN + MIDDLE);
        }
        return parts;
    }

    /** Another luma, maybe of another size, with these colours, resized bicubically. */
    public YCbCr withLuma(int width, int height, float[] luma) {
        float[] planes = Arrays.copyOf(blue, 3 * blue.length);
        System.arraycopy(red, 0, planes, red.length, red.length);
        float[] resized = Resampling.bicubic(new Picture(this.width, this.height, planes), width, height)
                .values();
        int pixels = width * height;
        return new YCbCr(
                width, height, luma, Arrays.copyOf(resized, pixels), Arrays.copyOfRange(resized, pixels, 2 * pixels));
    }

    /** Puts the picture together; values may leave 0..255 where luma and colours do not fit. */
    public Picture picture() {
        int pixels = width * height;
        float[] rgb = new float[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            double r = luma[i] + (red[i] - MIDDLE) * RED_SPAN;
            double b = luma[i] + (blue[i] - MIDDLE) * BLUE_SPAN;
            rgb[i] = (float) r;
            rgb[pixels + i] = (float) ((luma[i] - RED * r - BLUE * b) / GREEN);
            rgb[2 * pixels + i] = (float) b;
        }
        return new Picture(width, height, rgb);
    }
}
