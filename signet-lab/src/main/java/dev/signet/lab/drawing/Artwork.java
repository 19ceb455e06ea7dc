package dev.signet.lab.drawing;

import dev.signet.quantize.image.Picture;
import java.util.SplittableRandom;

/** Pictures with a style that can be told at a glance, for style transfer. */
public enum Artwork {
    /** Stained glass: cells of strong colours between dark leads. */
    GLASS(0) {
        @Override
        void paint(Canvas canvas, int width, int height, SplittableRandom random) {
            canvas.paint(new Region.Everything(), new Paint.Flat(new Colour(22, 18, 30)));
            double cell = 15;
            int columns = (int) Math.ceil(width / cell) + 3;
            int rows = (int) Math.ceil(height / cell) + 3;
            double[] x = new double[rows * columns];
            double[] y = new double[rows * columns];
            for (int i = 0; i < x.length; i++) {
                x[i] = cell * (i % columns - 1 + 0.9 * random.nextDouble());
                y[i] = cell * (i / columns - 1 + 0.9 * random.nextDouble());
            }
            for (int i = 0; i < x.length; i++) {
                Colour colour = PALETTE[random.nextInt(PALETTE.length)].plus(50 * (random.nextFloat() - 0.5f));
                double slope = 2.5 * (random.nextDouble() - 0.5);
                canvas.paint(
                        new Region.Cell(x, y, i, 2 * cell, 1.1),
                        new Paint.Gradient(colour, x[i], y[i], slope, 2.5 * (random.nextDouble() - 0.5)));
            }
        }
    },
    /** Brush strokes along the lines of a whirling field, the broad ones first. */
    STROKES(1) {
        @Override
        void paint(Canvas canvas, int width, int height, SplittableRandom random) {
            canvas.paint(new Region.Everything(), new Paint.Flat(PALETTE[2]));
            var field = new Paint.Clouds(PALETTE[0], PALETTE[1], random.nextLong(), 64, 2);
            var tint = new Paint.Clouds(PALETTE[0], PALETTE[1], random.nextLong(), 48, 3);
            for (int layer = 0; layer < 3; layer++) {
                double halfWidth = 2.6 - 0.8 * layer;
                int strokes = (int) (width * height / (4 * halfWidth * halfWidth));
                for (int n = 0; n < strokes; n++) {
                    double x = width * random.nextDouble();
                    double y = height * random.nextDouble();
                    double angle = 3 * StrictMath.PI * field.level(x, y);
                    double length = halfWidth * (3 + 3 * random.nextDouble());
                    int hue = Math.clamp(
                            (int) ((tint.level(x, y) + 0.5) * PALETTE.length + 1.5 * (random.nextDouble() - 0.5)),
                            0,
                            PALETTE.length - 1);
                    Colour colour = PALETTE[hue].plus(70 * (random.nextFloat() - 0.5f));
                    canvas.paint(
                            new Region.Stroke(
                                    x,
                                    y,
                                    x + length * StrictMath.cos(angle),
                                    y + length * StrictMath.sin(angle),
                                    halfWidth),
                            new Paint.Flat(colour));
                }
            }
        }
    };

    private static final int FINENESS = 2;

    private final int number;

    Artwork(int number) {
        this.number = number;
    }

    private static final Colour[] PALETTE = {
        new Colour(24, 52, 120),
        new Colour(40, 110, 170),
        new Colour(70, 150, 140),
        new Colour(236, 190, 70),
        new Colour(214, 96, 50),
        new Colour(150, 36, 60),
    };

    abstract void paint(Canvas canvas, int width, int height, SplittableRandom random);

    /** The work in {@code width x height} pixels; always the same one. */
    public Picture picture(int width, int height) {
        var canvas = new Canvas(width, height, FINENESS);
        paint(canvas, width, height, Split.TRAINING.random(Split.Series.ART, number));
        return canvas.picture();
    }
}
