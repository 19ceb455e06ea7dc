package dev.signet.quantize.drawn;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/**
 * Noise with a 1/f amplitude spectrum, as photographs have it: octaves of white noise, each half as fine and twice as strong
 * as the one before, smoothly enlarged and summed.
 */
public final class ColouredNoise {
    private ColouredNoise() {}

    /** One plane of it, [height x width], mean 0 and standard deviation 1. */
    public static float[] field(int width, int height, SplittableRandom random) {
        return FractalNoise.standard(width, height, 2, random);
    }

    /** One image, values 0..255: mean 128, standard deviation about 55, cut off at the ends. */
    public static Picture draw(int width, int height, SplittableRandom random) {
        int pixels = width * height;
        float[] values = new float[3 * pixels];
        float[] common = FractalNoise.octaves(width, height, 2, random);
        for (int plane = 0; plane < 3; plane++) {
            float[] own = FractalNoise.octaves(width, height, 2, random);
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
}
