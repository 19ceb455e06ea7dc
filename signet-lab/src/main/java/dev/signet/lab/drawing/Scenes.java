package dev.signet.lab.drawing;

import dev.signet.lab.dataset.Pictures;
import dev.signet.quantize.image.Picture;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Drawn pictures with what makes photographs hard to enlarge: things of all sizes that cover each other, fine patterns,
 * smooth shades, thin curves and writing.
 *
 * @param split which seeds they are drawn from
 * @param width in pixels
 * @param height in pixels
 */
public record Scenes(Split split, int width, int height) {
    private static final int FINENESS = 2;
    private static final Figure[] FIGURES = Figure.values();

    /** A picture by its number, from 0 on. */
    public Picture picture(int number) {
        SplittableRandom random = split.random(Split.Series.SCENES, number);
        var canvas = new Canvas(width, height, FINENESS);
        double side = Math.max(width, height);
        canvas.paint(
                new Region.Everything(),
                new Paint.Clouds(Colour.natural(random), Colour.natural(random), random.nextLong(), side / 2, 6));
        things(canvas, side, random);
        for (int n = random.nextInt(4); n > 0; n--) {
            curve(canvas, side, random);
        }
        if (random.nextInt(3) == 0) {
            writing(canvas, random);
        }
        return canvas.picture();
    }

    /** The first pictures as a set. */
    public Pictures pictures(int count) {
        List<String> names =
                IntStream.range(0, count).mapToObj(i -> "scene-" + i).toList();
        return new Pictures(names, this::picture);
    }

    /** Figures with radii of density r^-3 (dead leaves: Lee, Mumford and Huang, 2001), from the back to the front. */
    private void things(Canvas canvas, double side, SplittableRandom random) {
        double smallest = 4;
        int count = Math.max(4, (20 + random.nextInt(60)) * width * height / (96 * 96));
        for (int n = 0; n < count; n++) {
            double u = random.nextDouble();
            double ratio = smallest / side;
            double radius = smallest / Math.sqrt(1 - u * (1 - ratio * ratio));
            double x = width * random.nextDouble();
            double y = height * random.nextDouble();
            Figure figure = FIGURES[random.nextInt(FIGURES.length)];
            canvas.paint(
                    Region.Placed.turned(figure, x, y, radius, 2, random),
                    Paint.any(Colour.natural(random), x, y, 6 + radius, 0.5f, random));
        }
    }

    /** A wire or a twig: short strokes, each turned a little from the one before. */
    private void curve(Canvas canvas, double side, SplittableRandom random) {
        Paint paint = new Paint.Flat(Colour.natural(random));
        double halfWidth = 0.3 + random.nextDouble();
        double angle = 2 * StrictMath.PI * random.nextDouble();
        double bend = 0.3 * (random.nextDouble() - 0.5);
        double x = width * random.nextDouble();
        double y = height * random.nextDouble();
        for (int n = 0; n < side / 3; n++) {
            double nextX = x + 3 * StrictMath.cos(angle);
            double nextY = y + 3 * StrictMath.sin(angle);
            canvas.paint(new Region.Stroke(x, y, nextX, nextY, halfWidth), paint);
            x = nextX;
            y = nextY;
            angle += bend;
        }
    }

    /** Lines of signs; a sign is two to four strokes between the points of a grid of 3 x 4, as most letters are. */
    private void writing(Canvas canvas, SplittableRandom random) {
        double size = 5 + 8 * random.nextDouble();
        double halfWidth = size * (0.05 + 0.05 * random.nextDouble());
        Colour ink = Colour.natural(random);
        Paint paint = new Paint.Flat(ink);
        double left = width * random.nextDouble() * 0.5;
        double top = height * random.nextDouble() * 0.7;
        if (random.nextBoolean()) {
            double half = Math.max(width, height) / 2.0;
            canvas.paint(
                    new Region.Placed(Figure.SQUARE, left + half - size, top + half - size, half / 0.72, 1, 0, 1),
                    new Paint.Flat(ink.contrast(60, random)));
        }
        int lines = 1 + random.nextInt(3);
        for (int line = 0; line < lines; line++) {
            double y = top + 1.7 * size * line;
            for (double x = left; x < width; x += 0.85 * size) {
                if (random.nextInt(6) > 0) {
                    sign(canvas, x, y, size, halfWidth, paint, random);
                }
            }
        }
    }

    private static void sign(
            Canvas canvas, double x, double y, double size, double halfWidth, Paint paint, SplittableRandom random) {
        int column = random.nextInt(3);
        int row = random.nextInt(4);
        for (int strokes = 2 + random.nextInt(3); strokes > 0; strokes--) {
            int nextColumn = random.nextInt(3);
            int nextRow = random.nextInt(4);
            canvas.paint(
                    new Region.Stroke(
                            x + size * 0.3 * column,
                            y + size * 0.33 * row,
                            x + size * 0.3 * nextColumn,
                            y + size * 0.33 * nextRow,
                            halfWidth),
                    paint);
            column = nextColumn;
            row = nextRow;
        }
    }
}
