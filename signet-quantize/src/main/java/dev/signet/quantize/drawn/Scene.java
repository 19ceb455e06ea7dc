package dev.signet.quantize.drawn;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/**
 * Pictures that share with photographs what the layers of a network react to: things of all sizes that cover each other down to
 * two pixels, luminances with long tails, weakly saturated colours, surfaces with a texture and a shade of their own, uneven
 * light, blur, and a sensor's noise.
 */
public final class Scene {
    /** Half of the width of what is just not noise. */
    private static final double SMALLEST = 1.5;

    /** A texture for each kind of surface: fine as cloth to coarse as clouds. */
    private static final float[] GAINS = {1.1f, 1.5f, 2, 2.8f};

    private final int width;
    private final int height;
    private final SplittableRandom random;
    private final float[] values;

    private Scene(int width, int height, SplittableRandom random) {
        this.width = width;
        this.height = height;
        this.random = random;
        values = new float[3 * width * height];
    }

    /** One picture, values 0..255. */
    public static Picture draw(int width, int height, SplittableRandom random) {
        var scene = new Scene(width, height, random);
        scene.cover();
        scene.light();
        scene.blur();
        scene.expose();
        return new Picture(width, height, scene.values);
    }

    /** Leaves from the front to the back until nothing shows through; what is left in the end is one surface far away. */
    private void cover() {
        int pixels = width * height;
        float[][] textures = new float[GAINS.length][];
        for (int i = 0; i < textures.length; i++) {
            textures[i] = FractalNoise.standard(width, height, GAINS[i], random);
        }
        boolean[] covered = new boolean[pixels];
        double side = Math.max(width, height);
        float[] tone = FractalNoise.standard(width, height, 3, random);
        // Some scenes are seen from near: nothing fine in them.
        double smallest = SMALLEST * Math.pow(Math.max(1, side / 8 / SMALLEST), random.nextDouble());
        int open = pixels;
        int behind = random.nextInt(pixels / 50 + 1);
        while (open > behind) {
            Leaf leaf = Leaf.any(width, height, smallest, side, random);
            Surface surface = Surface.any(leaf, tone(tone, leaf), textures, random);
            int top = (int) Math.max(0, Math.floor(leaf.y() - leaf.radius()));
            int bottom = (int) Math.min(height - 1, Math.ceil(leaf.y() + leaf.radius()));
            int left = (int) Math.max(0, Math.floor(leaf.x() - leaf.radius()));
            int right = (int) Math.min(width - 1, Math.ceil(leaf.x() + leaf.radius()));
            for (int y = top; y <= bottom; y++) {
                for (int x = left; x <= right; x++) {
                    int i = y * width + x;
                    if (!covered[i] && leaf.covers(x, y)) {
                        covered[i] = true;
                        open--;
                        surface.paint(values, i, x, y);
                    }
                }
            }
        }
        Leaf far = new Leaf(width / 2.0, height / 2.0, side, 1, 0, 1, Leaf.Shape.BOX);
        Surface background = Surface.any(far, 0, textures, random);
        for (int i = 0; i < pixels; i++) {
            if (!covered[i]) {
                background.paint(values, i, i % width, i / width);
            }
        }
    }

    /** What lies near each other is alike: the tone of a leaf's place. */
    private float tone(float[] tones, Leaf leaf) {
        int x = Math.clamp(Math.round(leaf.x()), 0, width - 1);
        int y = Math.clamp(Math.round(leaf.y()), 0, height - 1);
        return tones[y * width + x];
    }

    /** Brighter here, darker there. */
    private void light() {
        float[] field = FractalNoise.standard(width, height, 4, random);
        double strength = 0.35 * random.nextDouble();
        int pixels = field.length;
        for (int i = 0; i < pixels; i++) {
            float factor = (float) Math.exp(strength * field[i]);
            for (int plane = 0; plane < 3; plane++) {
                values[plane * pixels + i] *= factor;
            }
        }
    }

    /** Passes of [w, 1 - 2w, w] in both directions: none to a pixel and a half of blur. */
    private void blur() {
        for (int passes = random.nextInt(4); passes > 0; passes--) {
            float weight = 0.25f * random.nextFloat();
            for (int plane = 0; plane < 3; plane++) {
                for (int y = 0; y < height; y++) {
                    blur((plane * height + y) * width, 1, width, weight);
                }
                for (int x = 0; x < width; x++) {
                    blur(plane * height * width + x, width, height, weight);
                }
            }
        }
    }

    private void blur(int start, int step, int count, float weight) {
        float before = values[start];
        for (int i = 0; i < count; i++) {
            int at = start + i * step;
            float here = values[at];
            float after = values[i + 1 < count ? at + step : at];
            values[at] = here + weight * (before - 2 * here + after);
            before = here;
        }
    }

    /** From light to 0..255: the picture's brightness and contrast, the sensor's noise. */
    private void expose() {
        int pixels = width * height;
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        double middle = Math.clamp(110 + 35 * random.nextGaussian(), 30, 215);
        float gain = (float) (middle / Math.max(1e-6, sum / values.length));
        float veil = (float) (40 * random.nextDouble() * random.nextDouble());
        double noise = 8 * random.nextDouble() * random.nextDouble();
        for (int i = 0; i < 3 * pixels; i++) {
            double value = veil + (1 - veil / 255) * gain * values[i] + noise * random.nextGaussian();
            values[i] = (float) Math.clamp(value, 0, 255);
        }
    }
}
