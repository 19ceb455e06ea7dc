package dev.signet.lab.drawing;

import java.util.SplittableRandom;

/** What a region is filled with; coordinates in pixels. */
sealed interface Paint {
    /** The colour at a point. */
    Colour at(double x, double y);

    /** One colour. */
    record Flat(Colour colour) implements Paint {
        @Override
        public Colour at(double x, double y) {
            return colour;
        }
    }

    /** A colour that becomes lighter in one direction, by {@code slopeX} and {@code slopeY} a pixel from (x, y) on. */
    record Gradient(Colour colour, double x, double y, double slopeX, double slopeY) implements Paint {
        @Override
        public Colour at(double px, double py) {
            return colour.plus((float) (slopeX * (px - x) + slopeY * (py - y)));
        }
    }

    /** Stripes of two colours across the direction (cos, sin). */
    record Stripes(Colour one, Colour other, double cos, double sin, double period) implements Paint {
        @Override
        public Colour at(double x, double y) {
            return odd((x * cos + y * sin) / period) ? one : other;
        }

        private static boolean odd(double position) {
            return ((long) Math.floor(position) & 1) != 0;
        }
    }

    /** Squares of two colours, turned by the angle of (cos, sin). */
    record Checks(Colour one, Colour other, double cos, double sin, double period) implements Paint {
        @Override
        public Colour at(double x, double y) {
            return Stripes.odd((x * cos + y * sin) / period) != Stripes.odd((y * cos - x * sin) / period) ? one : other;
        }
    }

    /**
     * Two colours mixed by noise with a 1/f spectrum: values at the corners of squares, smoothly joined, each octave half as
     * coarse and half as strong.
     *
     * @param coarse side of the coarsest squares in pixels
     * @param octaves how many, at most down to one pixel
     */
    record Clouds(Colour one, Colour other, long seed, double coarse, int octaves) implements Paint {
        @Override
        public Colour at(double x, double y) {
            return one.towards(other, Math.clamp(0.5f + level(x, y), 0, 1));
        }

        /** About -0.5 to 0.5. */
        float level(double x, double y) {
            double sum = 0;
            double side = coarse;
            double strength = 0.6;
            for (int octave = 0; octave < octaves; octave++, side /= 2, strength /= 2) {
                sum += strength * smooth(x / side, y / side, seed + octave);
            }
            return (float) sum;
        }

        private static double smooth(double x, double y, long seed) {
            long column = (long) Math.floor(x);
            long row = (long) Math.floor(y);
            double fx = ease(x - column);
            double fy = ease(y - row);
            double upper = mix(corner(column, row, seed), corner(column + 1, row, seed), fx);
            double lower = mix(corner(column, row + 1, seed), corner(column + 1, row + 1, seed), fx);
            return mix(upper, lower, fy);
        }

        private static double ease(double t) {
            return t * t * (3 - 2 * t);
        }

        private static double mix(double a, double b, double way) {
            return a + way * (b - a);
        }

        /** -1 to 1: the place, mixed as in MurmurHash3. */
        private static double corner(long column, long row, long seed) {
            long h = seed * 0x9E3779B97F4A7C15L + column * 0xC2B2AE3D27D4EB4FL + row * 0x165667B19E3779F9L;
            h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
            h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
            return (h >> 11) * 0x1.0p-52;
        }
    }

    /** Any of them around (x, y): {@code colour} mostly, {@code contrast} (0..1) of another one in its pattern. */
    static Paint any(Colour colour, double x, double y, double scale, float contrast, SplittableRandom random) {
        Colour other = colour.towards(Colour.natural(random), contrast);
        double angle = 2 * StrictMath.PI * random.nextDouble();
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double period = scale * (0.1 + 0.3 * random.nextDouble());
        return switch (random.nextInt(6)) {
            case 0 -> new Flat(colour);
            case 1 -> new Stripes(colour, other, cos, sin, period);
            case 2 -> new Checks(colour, other, cos, sin, period);
            case 3 -> new Clouds(colour, other, random.nextLong(), scale, 4);
            default -> {
                double slope = 60 * random.nextDouble() / scale;
                yield new Gradient(colour, x, y, slope * cos, slope * sin);
            }
        };
    }
}
