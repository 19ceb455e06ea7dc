package dev.signet.quantize.image;

import dev.signet.onnx.InputException;

/** Resizing with filters that widen when the picture shrinks, so that nothing aliases. */
public final class Resampling {
    /** Of a resized picture: three planes of 64 million pixels. */
    private static final long MOST_VALUES = 3 * 64_000_000L;

    private Resampling() {}

    /** The picture with its shorter side {@code side} pixels long. */
    public static Picture shorterSide(Picture picture, int side) {
        int width = picture.width();
        int height = picture.height();
        return width < height
                ? bilinear(picture, side, Math.max(side, Math.round((float) height * side / width)))
                : bilinear(picture, Math.max(side, Math.round((float) width * side / height)), side);
    }

    /** A filter: its weight at a distance in samples, and the distance from which on it is zero. */
    private enum Filter {
        TRIANGLE(1) {
            @Override
            double weight(double distance) {
                return 1 - distance;
            }
        },
        /** Keys, "Cubic convolution interpolation for digital image processing" (1981), a = -1/2. */
        CUBIC(2) {
            @Override
            double weight(double distance) {
                return distance <= 1
                        ? (1.5 * distance - 2.5) * distance * distance + 1
                        : ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
            }
        };

        private final double radius;

        Filter(double radius) {
            this.radius = radius;
        }

        abstract double weight(double distance);
    }

    /** The picture at {@code width x height} pixels, with a triangle filter. */
    public static Picture bilinear(Picture picture, int width, int height) {
        return resize(picture, width, height, Filter.TRIANGLE);
    }

    /** The picture at {@code width x height} pixels, with Keys' cubic filter; values may overshoot a little. */
    public static Picture bicubic(Picture picture, int width, int height) {
        return resize(picture, width, height, Filter.CUBIC);
    }

    private static Picture resize(Picture picture, int width, int height, Filter filter) {
        if (width == picture.width() && height == picture.height()) {
            return picture;
        }
        // A strip of a picture, made as wide as a network wants it, becomes endlessly long.
        if (3L * Math.max(picture.height(), height) * width > MOST_VALUES) {
            throw InputException.of(
                    "a picture of %s x %s pixels".formatted(picture.width(), picture.height()),
                    "would be resized to %s x %s".formatted(width, height),
                    "use one with less different sides, or a smaller --resize");
        }
        int rows = 3 * picture.height();
        float[] narrow = new float[rows * width];
        Taps across = Taps.of(picture.width(), width, filter);
        for (int row = 0; row < rows; row++) {
            across.apply(picture.values(), row * picture.width(), 1, narrow, row * width, 1);
        }
        float[] result = new float[3 * height * width];
        Taps down = Taps.of(picture.height(), height, filter);
        for (int plane = 0; plane < 3; plane++) {
            for (int x = 0; x < width; x++) {
                down.apply(
                        narrow, plane * picture.height() * width + x, width, result, plane * height * width + x, width);
            }
        }
        return new Picture(width, height, result);
    }

    /** For every output sample its first input sample and the weights of the samples from there on. */
    private record Taps(int[] first, float[][] weights) {
        static Taps of(int from, int to, Filter filter) {
            double scale = (double) from / to;
            double stretch = Math.max(1, scale);
            double radius = filter.radius * stretch;
            int[] first = new int[to];
            float[][] weights = new float[to][];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int begin = Math.max(0, (int) Math.floor(centre - radius + 0.5));
                int end = Math.min(from, (int) Math.floor(centre + radius + 0.5));
                float[] taps = new float[end - begin];
                double sum = 0;
                for (int k = 0; k < taps.length; k++) {
                    double distance = Math.abs((begin + k + 0.5 - centre) / stretch);
                    double weight = distance < filter.radius ? filter.weight(distance) : 0;
                    taps[k] = (float) weight;
                    sum += weight;
                }
                for (int k = 0; k < taps.length; k++) {
                    taps[k] /= (float) sum;
                }
                first[i] = begin;
                weights[i] = taps;
            }
            return new Taps(first, weights);
        }

        void apply(float[] in, int inStart, int inStep, float[] out, int outStart, int outStep) {
            for (int i = 0; i < first.length; i++) {
                float sum = 0;
                int position = inStart + first[i] * inStep;
                for (float weight : weights[i]) {
                    sum += weight * in[position];
                    position += inStep;
                }
                out[outStart + i * outStep] = sum;
            }
        }
    }
}
