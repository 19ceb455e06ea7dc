package dev.signet.quantize.inspect;

/**
 * How values are spread over bins of equal width.
 *
 * @param from left end of the first bin
 * @param to right end of the last bin
 * @param counts values in each bin; those outside are counted in the outermost
 */
public record Histogram(double from, double to, long[] counts) {
    /** A histogram from the smallest to the largest value; values that are not finite are left out. */
    public static Histogram of(float[] values, int bins) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            if (Float.isFinite(value)) {
                smallest = Math.min(smallest, value);
                largest = Math.max(largest, value);
            }
        }
        if (!(smallest < largest)) {
            smallest = Double.isFinite(smallest) ? smallest - 0.5 : -0.5;
            largest = smallest + 1;
        }
        return of(values, smallest, largest, bins);
    }

    /** A histogram over given ends. */
    public static Histogram of(float[] values, double from, double to, int bins) {
        long[] counts = new long[bins];
        for (float value : values) {
            if (Float.isFinite(value)) {
                counts[Math.clamp((long) ((value - from) / (to - from) * bins), 0, bins - 1)]++;
            }
        }
        return new Histogram(from, to, counts);
    }

    /** The middle of a bin. */
    public double centre(int bin) {
        return from + (to - from) * (bin + 0.5) / counts.length;
    }

    /** Both together; they must have the same bins. */
    public Histogram plus(Histogram other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.counts[i];
        }
        return new Histogram(from, to, sum);
    }
}
