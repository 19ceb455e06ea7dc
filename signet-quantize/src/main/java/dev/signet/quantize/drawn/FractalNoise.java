package dev.signet.quantize.drawn;

import java.util.SplittableRandom;

/** A field of random numbers whose coarse structure is stronger than its fine one, as that of surfaces and light is. */
final class FractalNoise {
    private FractalNoise() {}

    /**
     * Octaves of white noise, smoothly enlarged and summed, each with grains twice as large as the one before.
     *
     * @param gain how much stronger each octave is than the finer one before it; 2 gives a 1/f amplitude spectrum
     * @return [height x width], neither centred nor scaled
     */
    static float[] octaves(int width, int height, float gain, SplittableRandom random) {
        float[] sum = new float[width * height];
        float amplitude = 1;
        for (int step = 1; step <= Math.max(width, height); step *= 2, amplitude *= gain) {
            add(sum, width, height, step, amplitude, random);
        }
        return sum;
    }

    /** The same with mean 0 and standard deviation 1. */
    static float[] standard(int width, int height, float gain, SplittableRandom random) {
        float[] field = octaves(width, height, gain, random);
        double sum = 0;
        double squares = 0;
        for (float value : field) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / field.length;
        double deviation = Math.sqrt(Math.max(1e-12, squares / field.length - mean * mean));
        for (int i = 0; i < field.length; i++) {
            field[i] = (float) ((field[i] - mean) / deviation);
        }
        return field;
    }

    /** One octave: a grid of white noise, its points {@code step} pixels apart, between them straight lines. */
    private static void add(float[] sum, int width, int height, int step, float amplitude, SplittableRandom random) {
        int columns = width / step + 2;
        int rows = height / step + 2;
        float[] grid = new float[rows * columns];
        for (int i = 0; i < grid.length; i++) {
            grid[i] = (float) random.nextGaussian();
        }
        // Where the grid starts is random too, or all images would have their seams at the same places.
        float shiftX = random.nextFloat();
        float shiftY = random.nextFloat();
        // Each row of the grid is spread over the width once: what is left for a pixel is one step between two rows.
        float[] spread = new float[rows * width];
        for (int x = 0; x < width; x++) {
            float gx = (float) x / step + shiftX;
            int column = Math.min((int) gx, columns - 2);
            float fx = Math.min(gx - column, 1);
            for (int row = 0; row < rows; row++) {
                int at = row * columns + column;
                spread[row * width + x] = grid[at] + fx * (grid[at + 1] - grid[at]);
            }
        }
        for (int y = 0; y < height; y++) {
            float gy = (float) y / step + shiftY;
            int row = Math.min((int) gy, rows - 2);
            float fy = Math.min(gy - row, 1);
            int upper = row * width;
            int lower = upper + width;
            for (int x = 0; x < width; x++) {
                sum[y * width + x] += amplitude * (spread[upper + x] + fy * (spread[lower + x] - spread[upper + x]));
            }
        }
    }
}
