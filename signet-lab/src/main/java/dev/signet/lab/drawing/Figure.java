package dev.signet.lab.drawing;

import java.util.Locale;

/** The classes of {@link FigureImages}: plane figures inside the unit circle. */
enum Figure {
    DISC {
        @Override
        boolean contains(double x, double y) {
            return x * x + y * y <= 0.81;
        }
    },
    RING {
        @Override
        boolean contains(double x, double y) {
            double square = x * x + y * y;
            return square <= 0.81 && square >= 0.27;
        }
    },
    HALF_DISC {
        @Override
        boolean contains(double x, double y) {
            return y >= -0.4 && x * x + (y + 0.4) * (y + 0.4) <= 1;
        }
    },
    CRESCENT {
        @Override
        boolean contains(double x, double y) {
            return x * x + y * y <= 1 && (x - 0.5) * (x - 0.5) + y * y > 0.64;
        }
    },
    TRIANGLE {
        @Override
        boolean contains(double x, double y) {
            return insidePolygon(3, x, y);
        }
    },
    SQUARE {
        @Override
        boolean contains(double x, double y) {
            return Math.abs(x) <= 0.72 && Math.abs(y) <= 0.72;
        }
    },
    PENTAGON {
        @Override
        boolean contains(double x, double y) {
            return insidePolygon(5, x, y);
        }
    },
    STAR {
        // Inside at least four of the five half-planes that the sides of a pentagram bound.
        @Override
        boolean contains(double x, double y) {
            int inside = 0;
            for (int side = 0; side < 5; side++) {
                inside += beyond(5, side, x, y) <= PENTAGRAM ? 1 : 0;
            }
            return inside >= 4;
        }
    },
    CROSS {
        @Override
        boolean contains(double x, double y) {
            double a = Math.abs(x);
            double b = Math.abs(y);
            return Math.max(a, b) <= 0.9 && Math.min(a, b) <= 0.28;
        }
    },
    HEART {
        // The curve (x^2 + y^2 - 1)^3 = x^2 y^3, moved to the middle.
        @Override
        boolean contains(double x, double y) {
            double u = 1.25 * x;
            double v = 0.12 - 1.25 * y;
            double rest = u * u + v * v - 1;
            return rest * rest * rest <= u * u * v * v * v;
        }
    };

    /** Distance of a pentagram's lines from its centre where its points lie on the unit circle: cos 72 degrees. */
    private static final double PENTAGRAM = StrictMath.cos(StrictMath.toRadians(72));

    private static final double APOTHEM_OF_PENTAGON = StrictMath.cos(StrictMath.toRadians(36));

    /** Directions of a polygon's sides, by their number: cosines and sines in turn. */
    private static final double[][] SIDES = {{}, {}, {}, directions(3), {}, directions(5)};

    private static double[] directions(int sides) {
        double[] directions = new double[2 * sides];
        for (int side = 0; side < sides; side++) {
            double angle = 2 * StrictMath.PI * side / sides;
            directions[2 * side] = StrictMath.cos(angle);
            directions[2 * side + 1] = StrictMath.sin(angle);
        }
        return directions;
    }

    /** Whether the figure covers a point. */
    abstract boolean contains(double x, double y);

    /** The class's name. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static boolean insidePolygon(int sides, double x, double y) {
        double apothem = sides == 3 ? 0.5 : APOTHEM_OF_PENTAGON;
        for (int side = 0; side < sides; side++) {
            if (beyond(sides, side, x, y) > apothem) {
                return false;
            }
        }
        return true;
    }

    /** How far a point lies from the centre in the direction of a regular polygon's side. */
    private static double beyond(int sides, int side, double x, double y) {
        return x * SIDES[sides][2 * side] + y * SIDES[sides][2 * side + 1];
    }
}
