package dev.signet.lab.metric;

import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * The structural similarity of two pictures: 1 for equal ones. Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error
 * visibility to structural similarity" (2004), as its authors' program has it: Gaussian windows of 11 x 11 pixels with a
 * deviation of 1.5, K1 = 0.01, K2 = 0.03, values 0..255, and the mean over all windows that lie inside the picture.
 */
public final class StructuralSimilarity {
    /** Pixels along a window's side: smaller pictures have no similarity. */
    public static final int WINDOW = 11;

    private static final double DEVIATION = 1.5;
    private static final double RANGE = 255;
    private static final double C1 = Math.pow(0.01 * RANGE, 2);
    private static final double C2 = Math.pow(0.03 * RANGE, 2);
    private static final double[] TAPS = taps();

    private StructuralSimilarity() {}

    private static double[] taps() {
        double[] taps = new double[WINDOW];
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
            double distance = i - WINDOW / 2;
            taps[i] = Math.exp(-distance * distance / (2 * DEVIATION * DEVIATION));
            sum += taps[i];
        }
        for (int i = 0; i < WINDOW; i++) {
            taps[i] /= sum;
        }
        return taps;
    }

    /**
     * The mean similarity of two planes of one size.
     *
     * @throws IllegalArgumentException if the sizes differ or no window fits
     */
    public static double of(Plane a, Plane b) {
        int width = a.width();
        int height = a.height();
        if (b.width() != width || b.height() != height || width < WINDOW || height < WINDOW) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "no similarity of %d x %d and %d x %d pixels", width, height, b.width(), b.height()));
        }
        float[] x = a.values();
        float[] y = b.values();
        double[] meanX = filtered(width, height, i -> x[i]);
        double[] meanY = filtered(width, height, i -> y[i]);
        double[] squareX = filtered(width, height, i -> (double) x[i] * x[i]);
        double[] squareY = filtered(width, height, i -> (double) y[i] * y[i]);
        double[] product = filtered(width, height, i -> (double) x[i] * y[i]);
        double sum = 0;
        for (int i = 0; i < meanX.length; i++) {
            double mx = meanX[i];
            double my = meanY[i];
            double variances = squareX[i] - mx * mx + squareY[i] - my * my;
            double covariance = product[i] - mx * my;
            sum += (2 * mx * my + C1) * (2 * covariance + C2) / ((mx * mx + my * my + C1) * (variances + C2));
        }
        return sum / meanX.length;
    }

    /** The weighted mean of {@code values} in every window that lies inside, row-major. */
    private static double[] filtered(int width, int height, IntToDoubleFunction values) {
        int across = width - WINDOW + 1;
        int down = height - WINDOW + 1;
        double[] row = new double[width];
        double[] rows = new double[height * across];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                row[x] = values.applyAsDouble(y * width + x);
            }
            for (int x = 0; x < across; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW; k++) {
                    sum += TAPS[k] * row[x + k];
                }
                rows[y * across + x] = sum;
            }
        }
        double[] means = new double[down * across];
        for (int y = 0; y < down; y++) {
            for (int k = 0; k < WINDOW; k++) {
                int from = (y + k) * across;
                for (int x = 0; x < across; x++) {
                    means[y * across + x] += TAPS[k] * rows[from + x];
                }
            }
        }
        return means;
    }
}
