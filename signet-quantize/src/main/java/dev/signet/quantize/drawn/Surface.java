package dev.signet.quantize.drawn;

import java.util.SplittableRandom;

/**
 * What a leaf is made of: its colour, how strong which texture is, and how it grows brighter along a direction.
 *
 * @param colour light of red, green, blue; 1 is usual
 * @param texture [height x width], mean 0, deviation 1
 * @param offset where the leaf's piece of the texture begins
 * @param roughness the texture's strength, relative to the colour
 * @param slopeX relative growth of the light from pixel to pixel
 * @param slopeY the same downwards
 * @param leaf where the shade is neutral: its middle
 */
record Surface(float[] colour, float[] texture, int offset, float roughness, double slopeX, double slopeY, Leaf leaf) {
    /** @param tone how bright its surroundings are, in standard deviations */
    static Surface any(Leaf leaf, float tone, float[][] textures, SplittableRandom random) {
        double shade = 0.25 * random.nextGaussian() / leaf.radius();
        double angle = 2 * Math.PI * random.nextDouble();
        float[] texture = textures[random.nextInt(textures.length)];
        return new Surface(
                colour(tone, random),
                texture,
                random.nextInt(texture.length),
                (float) (random.nextInt(3) == 0 ? 0 : 0.12 * Math.exp(0.7 * random.nextGaussian())),
                shade * Math.cos(angle),
                shade * Math.sin(angle),
                leaf);
    }

    /** Luminance with the long tail of a log-normal; colours mostly between orange and blue, few of them strong. */
    private static float[] colour(float tone, SplittableRandom random) {
        double luminance = Math.exp(0.5 * tone + 0.45 * random.nextGaussian());
        double strength = (random.nextInt(8) == 0 ? 0.5 : 0.13) * Math.abs(random.nextGaussian());
        double warm = random.nextGaussian();
        double green = 0.45 * random.nextGaussian();
        return new float[] {
            light(luminance, strength * (warm - green / 2)),
            light(luminance, strength * green),
            light(luminance, strength * (-warm - green / 2))
        };
    }

    private static float light(double luminance, double hue) {
        return (float) (luminance * Math.exp(Math.clamp(hue, -3, 1)));
    }

    /** Writes the pixel {@code i} at (x, y) of the planes of {@code values}. */
    void paint(float[] values, int i, int x, int y) {
        int pixels = values.length / 3;
        double shade = 1 + slopeX * (x - leaf.x()) + slopeY * (y - leaf.y());
        double grain = 1 + roughness * texture[(i + offset) % pixels];
        float light = (float) (Math.max(0.05, shade) * Math.max(0.05, grain));
        for (int plane = 0; plane < 3; plane++) {
            values[plane * pixels + i] = colour[plane] * light;
        }
    }
}
