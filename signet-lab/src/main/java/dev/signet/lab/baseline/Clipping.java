package dev.signet.lab.baseline;

import java.util.Arrays;

/** Scale and zero point from the range of a filter's weights, whole or clipped. */
final class Clipping {
    /** Ranges that are tried: each end moves in by up to two fifths of the range, half a per cent at a time. */
    private static final int STEPS = 80;

    private static final double STEP = 0.005;

    private Clipping() {}

    /** Levels from the smallest to the largest weight. */
    static void minMax(double[] w, int bits, double[] scaleAndZero) {
        double low = Arrays.stream(w).min().orElse(0);
        levels(low, Arrays.stream(w).max().orElse(0), bits, scaleAndZero);
    }

    private static void levels(double low, double high, int bits, double[] scaleAndZero) {
        double scale = (high - low) / ((1 << bits) - 1);
        // Equal weights need one level only, which is where they are.
        scaleAndZero[0] = scale > 0 ? scale : low == 0 ? 1 : Math.abs(low);
        scaleAndZero[1] = -low / scaleAndZero[0];
    }

    /** Levels over the range whose squared error is least: both ends move in together, then each by itself. */
    static void leastSquares(double[] w, int bits, double[] scaleAndZero) {
        double smallest = Arrays.stream(w).min().orElse(0);
        double largest = Arrays.stream(w).max().orElse(0);
        double step = STEP * (largest - smallest);
        double[] trial = new double[2];
        double least = Double.POSITIVE_INFINITY;
        int bestLow = 0;
        int bestHigh = 0;
        for (Move move : Move.values()) {
            int low = bestLow;
            int high = bestHigh;
            for (int i = 0; i <= STEPS; i++) {
                int a = move == Move.HIGH ? low : i;
                int b = move == Move.LOW ? high : i;
                levels(smallest + a * step, largest - b * step, bits, trial);
                double error = error(w, bits, trial);
                if (error < least) {
                    least = error;
                    bestLow = a;
                    bestHigh = b;
                }
            }
        }
        levels(smallest + bestLow * step, largest - bestHigh * step, bits, scaleAndZero);
    }

    /** Which ends of the range move. */
    private enum Move {
        BOTH,
        LOW,
        HIGH
    }

    /** The squared error with the nearest levels. */
    static double error(double[] w, int bits, double[] scaleAndZero) {
        double error = 0;
        for (double weight : w) {
            int code = UniformCodes.code(weight, scaleAndZero[0], scaleAndZero[1], bits);
            double difference = weight - scaleAndZero[0] * (code - scaleAndZero[1]);
            error += difference * difference;
        }
        return error;
    }
}
