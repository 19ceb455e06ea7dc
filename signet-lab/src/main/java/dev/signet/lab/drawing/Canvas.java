package dev.signet.lab.drawing;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What is painted on. Every pixel has several points; their mean is its colour, so that edges are smooth. */
final class Canvas {
    private final int width;
    private final int height;
    private final int fineness;
    private final int columns;
    private final int rows;
    private final float[] red;
    private final float[] green;
    private final float[] blue;

    /** A black canvas; {@code fineness * fineness} points in a pixel. */
    Canvas(int width, int height, int fineness) {
        this.width = width;
        this.height = height;
        this.fineness = fineness;
        columns = width * fineness;
        rows = height * fineness;
        red = new float[rows * columns];
        green = new float[rows * columns];
        blue = new float[rows * columns];
    }

    /** Paints a region over what is there. */
    void paint(Region region, Paint paint) {
        Region.Box box = region.box();
        int left = (int) Math.clamp(Math.floor(box.left() * fineness), 0, columns);
        int right = (int) Math.clamp(Math.ceil(box.right() * fineness), 0, columns);
        int top = (int) Math.clamp(Math.floor(box.top() * fineness), 0, rows);
        int bottom = (int) Math.clamp(Math.ceil(box.bottom() * fineness), 0, rows);
        for (int row = top; row < bottom; row++) {
            double y = (row + 0.5) / fineness;
            for (int column = left; column < right; column++) {
                double x = (column + 0.5) / fineness;
                if (region.contains(x, y)) {
                    set(row * columns + column, paint.at(x, y));
                }
            }
        }
    }

    private void set(int point, Colour colour) {
        red[point] = colour.red();
        green[point] = colour.green();
        blue[point] = colour.blue();
    }

    /** What was painted, with values 0..255 rounded to whole numbers. */
    Picture picture() {
        float[] values = new float[3 * width * height];
        mean(red, values, 0, 0, 1, null);
        mean(green, values, width * height, 0, 1, null);
        mean(blue, values, 2 * width * height, 0, 1, null);
        return new Picture(width, height, values);
    }

    /**
     * What was painted as a bad camera sees it.
     *
     * @param light added to every value
     * @param gain factor on the distance from mid-grey, before
     * @param noise standard deviation of what is added to each value of each channel
     */
    Picture photograph(float light, float gain, float noise, SplittableRandom random) {
        float[] values = new float[3 * width * height];
        Noise grain = () -> (float) (noise * random.nextGaussian());
        mean(red, values, 0, light, gain, grain);
        mean(green, values, width * height, light, gain, grain);
        mean(blue, values, 2 * width * height, light, gain, grain);
        return new Picture(width, height, values);
    }

    private interface Noise {
        float next();
    }

    private void mean(float[] points, float[] values, int start, float light, float gain, @Nullable Noise noise) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float sum = 0;
                for (int row = y * fineness; row < (y + 1) * fineness; row++) {
                    for (int column = x * fineness; column < (x + 1) * fineness; column++) {
                        sum += Math.clamp(points[row * columns + column], 0, 255);
                    }
                }
                float value = (sum / (fineness * fineness) - 128) * gain + 128 + light;
                float seen = noise == null ? value : value + noise.next();
                values[start + y * width + x] = Math.clamp(Math.round(seen), 0, 255);
            }
        }
    }
}
