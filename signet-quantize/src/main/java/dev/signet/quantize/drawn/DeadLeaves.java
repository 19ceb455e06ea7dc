package dev.signet.quantize.drawn;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/**
 * Dead-leaves images: discs with power-law radii that cover each other, which have the edges, the occlusions and the spectrum
 * of photographs (Lee, Mumford and Huang, "Occlusion models for natural images", 2001). Every disc carries a gradient.
 */
public final class DeadLeaves {
    private static final int MAX_LEAVES = 4000;

    private DeadLeaves() {}

    /** One image, values 0..255. */
    public static Picture draw(int width, int height, SplittableRandom random) {
        int pixels = width * height;
        float[] values = new float[3 * pixels];
        boolean[] covered = new boolean[pixels];
        int open = pixels;
        double side = Math.max(width, height);
        double smallest = Math.max(1, side / 12);
        // From the front to the back: a leaf fills only what no earlier one covers.
        for (int leaf = 0; open > 0; leaf++) {
            boolean last = leaf >= MAX_LEAVES;
            // Radii with density r^-3 between the smallest and the picture's size, by inversion.
            double u = random.nextDouble();
            double radius = last ? 4 * side : smallest / Math.sqrt(1 - u * (1 - square(smallest / side)));
            double x0 = random.nextDouble() * (width + radius) - radius / 2;
            double y0 = random.nextDouble() * (height + radius) - radius / 2;
            float[] colour = {colour(random), colour(random), colour(random)};
            float grey = colour(random);
            float slopeX = (float) (random.nextGaussian() * 40 / side);
            float slopeY = (float) (random.nextGaussian() * 40 / side);
            int top = (int) Math.max(0, Math.floor(y0 - radius));
            int bottom = (int) Math.min(height - 1, Math.ceil(y0 + radius));
            int left = (int) Math.max(0, Math.floor(x0 - radius));
            int right = (int) Math.min(width - 1, Math.ceil(x0 + radius));
            for (int y = top; y <= bottom; y++) {
                for (int x = left; x <= right; x++) {
                    int i = y * width + x;
                    if (!covered[i] && square(x - x0) + square(y - y0) <= square(radius)) {
                        covered[i] = true;
                        open--;
                        float shade = (float) (slopeX * (x - x0) + slopeY * (y - y0));
                        for (int plane = 0; plane < 3; plane++) {
                            // Half of the colour is common to all channels: natural colours are correlated.
                            float value = (colour[plane] + grey) / 2 + shade;
                            values[plane * pixels + i] = Math.clamp(value, 0, 255);
                        }
                    }
                }
            }
        }
        return new Picture(width, height, values);
    }

    private static float colour(SplittableRandom random) {
        return 255 * random.nextFloat();
    }

    private static double square(double x) {
        return x * x;
    }
}
