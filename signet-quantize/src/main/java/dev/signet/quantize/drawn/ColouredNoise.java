package dev.signet.quantize.drawn;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/**
 * Noise with a 1/f amplitude spectrum, as photographs have it: octaves of white noise, each half as fine and twice as strong
 * as the one before, smoothly enlarged and summed.
 */
public final class ColouredNoise {
    private ColouredNoise() {}

    /** One image, values 0..255: mean 128, standard deviation about 55, cut off at the ends. */
    public static Picture draw(int width, int height, SplittableRandom random) {
        int pixels = width * height;
        float[] values = new float[3 * pixels];
        float[] common = octaves(width, height, random);
        for (int plane = 0; plane < 3; plane++) {
            float[] own = octaves(width, height, random);
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < pixels; i++) {
                own[i] = own[i] + 1.5f * common[i];
                sum += own[i];
                squares += (double) own[i] * own[i];
            }
            double mean = sum / pixels;
            double deviation = Math.sqrt(Math.max(1e-12, squares / pixels - mean * mean));
            // Pictures differ in brightness and contrast as photographs do.
            double brightness = 128 + 25 * random.nextGaussian();
            double contrast = 50 * Math.exp(0.3 * random.nextGaussian());
            for (int i = 0; i < pixels; i++) {
                values[plane * pixels + i] =
                        (float) Math.clamp(brightness + contrast * (own[i] - mean) / deviation, 0, 255);
            }
        }
        return new Picture(width, height, values);
    }

    private static float[] octaves(int width, int height, SplittableRandom random) {
        float[] sum = new float[width * height];
        float amplitude = 1;
        for (int step = 1; step <= Math.max(width, height); step *= 2, amplitude *= 2) {
            int columns = width / step + 2;
            int rows = height / step + 2;
            float[] grid = new float[rows * columns];
            for (int i = 0; i < grid.length; i++) {
                grid[i] = (float) random.nextGaussian();
            }
            // Where the grid starts is random too, or all images would have their seams at the same places.
            float shiftX = random.nextFloat();
            float shiftY = random.nextFloat();
            for (int y = 0; y < height; y++) {
                float gy = (float) y / step + shiftY;
                int row = Math.min((int) gy, rows - 2);
                float fy = Math.min(gy - row, 1);
                for (int x = 0; x < width; x++) {
                    float gx = (float) x / step + shiftX;
                    int column = Math.min((int) gx, columns - 2);
                    float fx = Math.min(gx - column, 1);
                    int at = row * columns + column;
                    float upper = grid[at] + fx * (grid[at + 1] - grid[at]);
                    float lower = grid[at + columns] + fx * (grid[at + columns + 1] - grid[at + columns]);
                    sum[y * width + x] += amplitude * (upper + fy * (lower - upper));
                }
            }
        }
        return sum;
    }
}
