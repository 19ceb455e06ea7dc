package dev.signet.quantize.drawn;

import java.util.SplittableRandom;

/**
 * The outline of one thing in a scene: an ellipse, a box, or a triangle, stretched and turned.
 *
 * @param x of its middle, in pixels
 * @param y of its middle
 * @param radius of a circle around it
 * @param cos of the angle that it is turned by
 * @param sin of that angle
 * @param narrow its height over its length, at most 1
 * @param shape what it is without stretching
 */
record Leaf(double x, double y, double radius, double cos, double sin, double narrow, Shape shape) {
    enum Shape {
        DISC,
        BOX,
        TRIANGLE
    }

    /**
     * A leaf anywhere in a picture, its radius with density r^-3, which makes scenes look alike from near and far (Lee, Mumford
     * and Huang, 2001).
     */
    static Leaf any(int width, int height, double smallest, double largest, SplittableRandom random) {
        double u = random.nextDouble();
        double ratio = smallest / largest;
        double radius = smallest / Math.sqrt(1 - u * (1 - ratio * ratio));
        double angle = 2 * Math.PI * random.nextDouble();
        double narrow = random.nextInt(4) == 0 ? 1 : Math.pow(random.nextDouble(), 0.7) * 0.9 + 0.1;
        Shape shape = Shape.values()[random.nextInt(5) % 3];
        return new Leaf(
                random.nextDouble() * (width + radius) - radius / 2,
                random.nextDouble() * (height + radius) - radius / 2,
                radius,
                Math.cos(angle),
                Math.sin(angle),
                narrow,
                shape);
    }

    /** Whether a pixel lies in it. */
    boolean covers(int column, int row) {
        double dx = column - x;
        double dy = row - y;
        double along = (cos * dx + sin * dy) / radius;
        double across = (cos * dy - sin * dx) / (radius * narrow);
        return switch (shape) {
            case DISC -> along * along + across * across <= 1;
            // Corners on the circle.
            case BOX -> Math.abs(along) <= 0.7 && Math.abs(across) <= 0.7;
            case TRIANGLE -> across >= -0.5 && Math.abs(along) * 1.732 + across <= 1;
        };
    }
}
