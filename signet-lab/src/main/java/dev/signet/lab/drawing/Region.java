package dev.signet.lab.drawing;

import java.util.SplittableRandom;

/** A part of a picture; coordinates in pixels, from the upper left corner. */
sealed interface Region {
    /** Whether it covers a point. */
    boolean contains(double x, double y);

    /** A rectangle that holds all of it. */
    Box box();

    /** A rectangle. */
    record Box(double left, double top, double right, double bottom) {}

    /** The whole picture. */
    record Everything() implements Region {
        @Override
        public boolean contains(double x, double y) {
            return true;
        }

        @Override
        public Box box() {
            return new Box(0, 0, Double.MAX_VALUE, Double.MAX_VALUE);
        }
    }

    /**
     * A figure, turned and stretched.
     *
     * @param x of its centre
     * @param y of its centre
     * @param radius of the circle that it lies in before it is stretched
     * @param cos of the angle it is turned by
     * @param sin of that angle
     * @param stretch factor of the figure's height; its width is divided by it
     */
    record Placed(Figure figure, double x, double y, double radius, double cos, double sin, double stretch)
            implements Region {
        /** A figure turned by any angle and stretched by at most {@code stretch}. */
        static Placed turned(
                Figure figure, double x, double y, double radius, double stretch, SplittableRandom random) {
            double angle = 2 * StrictMath.PI * random.nextDouble();
            double factor = StrictMath.pow(stretch, 2 * random.nextDouble() - 1);
            return new Placed(figure, x, y, radius, StrictMath.cos(angle), StrictMath.sin(angle), factor);
        }

        @Override
        public boolean contains(double px, double py) {
            double dx = (px - x) / radius;
            double dy = (py - y) / radius;
            return figure.contains((cos * dx + sin * dy) * stretch, (cos * dy - sin * dx) / stretch);
        }

        @Override
        public Box box() {
            // Hearts reach a little beyond the unit circle.
            double reach = 1.1 * radius * Math.max(stretch, 1 / stretch);
            return new Box(x - reach, y - reach, x + reach, y + reach);
        }
    }

    /** A straight stroke with round ends. */
    record Stroke(double x0, double y0, double x1, double y1, double halfWidth) implements Region {
        @Override
        public boolean contains(double x, double y) {
            double dx = x1 - x0;
            double dy = y1 - y0;
            double square = dx * dx + dy * dy;
            double along = square == 0 ? 0 : Math.clamp(((x - x0) * dx + (y - y0) * dy) / square, 0, 1);
            double ex = x - x0 - along * dx;
            double ey = y - y0 - along * dy;
            return ex * ex + ey * ey <= halfWidth * halfWidth;
        }

        @Override
        public Box box() {
            return new Box(
                    Math.min(x0, x1) - halfWidth,
                    Math.min(y0, y1) - halfWidth,
                    Math.max(x0, x1) + halfWidth,
                    Math.max(y0, y1) + halfWidth);
        }
    }

    /**
     * The points that are nearer to one site than to all others, but for a margin around them (Voronoi's cells).
     *
     * @param x of all sites
     * @param y of all sites
     * @param site which one
     * @param reach the farthest that a point of the cell can be from its site
     * @param margin distance that it keeps from its neighbours, at least
     */
    record Cell(double[] x, double[] y, int site, double reach, double margin) implements Region {
        @Override
        public boolean contains(double px, double py) {
            double own = distance(site, px, py);
            for (int other = 0; other < x.length; other++) {
                // Most sites are too far away to look at closely.
                boolean near = Math.abs(px - x[other]) < own + 2 * margin;
                if (near && other != site && distance(other, px, py) - own < 2 * margin) {
                    return false;
                }
            }
            return own < reach;
        }

        private double distance(int other, double px, double py) {
            double dx = px - x[other];
            double dy = py - y[other];
            return Math.sqrt(dx * dx + dy * dy);
        }

        @Override
        public Box box() {
            return new Box(x[site] - reach, y[site] - reach, x[site] + reach, y[site] + reach);
        }
    }
}
