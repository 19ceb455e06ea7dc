package dev.signet.lab.drawing;

import dev.signet.lab.dataset.LabelledImages;
import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/**
 * A labelled set of drawn pictures, 32 x 32: one of ten figures (disc, ring, half disc, crescent, triangle, square, pentagon,
 * star, cross, heart), of any size, place, angle and stretch, in colours and patterns that say nothing of its class, on a
 * background with patterns of its own, among smaller things and partly behind some, in changing light, with noise. Picture
 * {@code i} shows figure {@code i mod 10}.
 *
 * @param split which seeds it is drawn from
 * @param size how many pictures
 */
public record FigureImages(Split split, int size) implements LabelledImages {
    /** Their width and height. */
    public static final int SIDE = 32;

    // Nine points a pixel: the corners of a pentagon of 7 pixels are no longer than that.
    private static final int FINENESS = 3;
    private static final Figure[] FIGURES = Figure.values();

    /** @throws IllegalArgumentException if there is no picture */
    public FigureImages {
        if (size < 1) {
            throw new IllegalArgumentException("a data set needs a picture");
        }
    }

    @Override
    public Picture image(int index) {
        SplittableRandom random = split.random(Split.Series.FIGURES, index);
        var canvas = new Canvas(SIDE, SIDE, FINENESS);
        Colour background = Colour.natural(random);
        canvas.paint(new Region.Everything(), Paint.any(background, SIDE / 2.0, SIDE / 2.0, SIDE, 0.25f, random));
        for (int n = random.nextInt(3); n > 0; n--) {
            distract(canvas, random);
        }
        double radius = 9 + 5 * random.nextDouble();
        double room = SIDE / 2.0 - 0.75 * radius;
        double x = SIDE / 2.0 + room * (2 * random.nextDouble() - 1);
        double y = SIDE / 2.0 + room * (2 * random.nextDouble() - 1);
        var figure = Region.Placed.turned(FIGURES[label(index)], x, y, radius, 1.25, random);
        canvas.paint(figure, Paint.any(background.contrast(42, random), x, y, radius, 0.2f, random));
        for (int n = random.nextInt(3); n > 0; n--) {
            distract(canvas, random);
        }
        float light = 50 * (random.nextFloat() - 0.5f);
        float gain = 0.7f + 0.5f * random.nextFloat();
        float noise = 3 + 11 * random.nextFloat();
        return canvas.photograph(light, gain, noise, random);
    }

    /** A small thing: a stroke, a speck or a bar. */
    private static void distract(Canvas canvas, SplittableRandom random) {
        double x = SIDE * random.nextDouble();
        double y = SIDE * random.nextDouble();
        Paint paint = new Paint.Flat(Colour.natural(random));
        if (random.nextBoolean()) {
            double angle = 2 * StrictMath.PI * random.nextDouble();
            double length = 4 + 14 * random.nextDouble();
            canvas.paint(
                    new Region.Stroke(
                            x,
                            y,
                            x + length * StrictMath.cos(angle),
                            y + length * StrictMath.sin(angle),
                            0.4 + 0.6 * random.nextDouble()),
                    paint);
        } else {
            Figure figure = FIGURES[random.nextInt(FIGURES.length)];
            canvas.paint(Region.Placed.turned(figure, x, y, 1.5 + 2.5 * random.nextDouble(), 1.5, random), paint);
        }
    }

    @Override
    public int label(int index) {
        return index % FIGURES.length;
    }

    @Override
    public String className(int label) {
        return label < FIGURES.length ? FIGURES[label].text() : Integer.toString(label);
    }

    @Override
    public int classes() {
        return FIGURES.length;
    }
}
