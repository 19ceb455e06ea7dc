package dev.signet.lab.drawing;

import java.util.SplittableRandom;

/** A colour, each part 0..255 (beyond it before the canvas cuts off). */
record Colour(float red, float green, float blue) {
    /** Any colour; half of each part is common to all three, as in nature, where colours are mostly pale. */
    static Colour natural(SplittableRandom random) {
        float grey = random.nextFloat();
        return new Colour(mixed(grey, random), mixed(grey, random), mixed(grey, random));
    }

    private static float mixed(float grey, SplittableRandom random) {
        return 255 * (grey + random.nextFloat()) / 2;
    }

    Colour plus(float light) {
        return new Colour(red + light, green + light, blue + light);
    }

    /** On the way from this colour (0) to another (1). */
    Colour towards(Colour other, float way) {
        return new Colour(
                red + way * (other.red - red), green + way * (other.green - green), blue + way * (other.blue - blue));
    }

    /** Mean absolute difference of the parts, 0..255. */
    float distance(Colour other) {
        return (Math.abs(red - other.red) + Math.abs(green - other.green) + Math.abs(blue - other.blue)) / 3;
    }

    /** A natural colour that can be told from this one: at least {@code least} away, at most 120. */
    Colour contrast(float least, SplittableRandom random) {
        Colour other = natural(random);
        while (distance(other) < least) {
            other = natural(random);
        }
        return other;
    }
}
