package dev.signet.lab.metric;

import java.util.List;

/**
 * How close a picture is to another.
 *
 * @param mse mean squared error of values 0..255, over all channels
 * @param ssim structural similarity, the mean of the channels
 */
public record Fidelity(double mse, double ssim) {
    /** What equal pictures count as, whose ratio has no bound; above what pictures of 8 bits that differ in one value reach. */
    public static final double MOST_DECIBELS = 100;

    /**
     * Compares channel by channel.
     *
     * @throws IllegalArgumentException if sizes differ or are smaller than SSIM's window
     */
    public static Fidelity of(List<Plane> planes, List<Plane> others) {
        double squares = 0;
        double similarity = 0;
        for (int channel = 0; channel < planes.size(); channel++) {
            Plane a = planes.get(channel);
            Plane b = others.get(channel);
            similarity += StructuralSimilarity.of(a, b);
            squares += squaredError(a.values(), b.values());
        }
        return new Fidelity(squares / planes.size(), similarity / planes.size());
    }

    private static double squaredError(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum / a.length;
    }

    /** Peak signal to noise in dB, 255 against the error; at most {@link #MOST_DECIBELS}. */
    public double psnr() {
        return Math.min(MOST_DECIBELS, 10 * Math.log10(255 * 255 / mse));
    }
}
