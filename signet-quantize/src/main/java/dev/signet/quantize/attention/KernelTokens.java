package dev.signet.quantize.attention;

/**
 * What the module reads of one filter: a token for each kernel slice, and for each weight the terms that its importance is made
 * of. All is relative to the filter's and the layer's own scale, so that one module fits layers of any scale.
 *
 * @param count tokens: kernel slices of the filter
 * @param taps weights of a slice
 * @param features [count x {@link #FEATURES}]: the slice's weights (averaged to 9 at most), their mean magnitude, largest
 *     magnitude and mean, the power and mean of the inputs that it meets, and 1
 * @param terms [count * taps x {@link #TERMS}]: 1, w, |w|, w^2 and the logarithm of the input's power
 */
record KernelTokens(int count, int taps, double[] features, double[] terms) {
    private static final int CELLS = 9;

    /** Length of a token. */
    static final int FEATURES = CELLS + 6;

    /** Terms of a weight. */
    static final int TERMS = 5;

    private static final double LARGEST = 6;

    /**
     * Reads a filter.
     *
     * @param weights all filters' weights
     * @param start the filter's first weight
     * @param inputs weights of the filter
     * @param taps weights of a kernel slice; divides {@code inputs}
     * @param power mean square of the input that each weight of the filter meets
     * @param mean mean of that input
     */
    static KernelTokens of(float[] weights, int start, int inputs, int taps, float[] power, float[] mean) {
        double scale = inverse(rootMeanSquare(weights, start, inputs));
        double meanPower = 0;
        for (float p : power) {
            meanPower += p;
        }
        meanPower /= inputs;
        int count = inputs / taps;
        double[] features = new double[count * FEATURES];
        double[] terms = new double[inputs * TERMS];
        for (int token = 0; token < count; token++) {
            int at = token * FEATURES;
            double magnitude = 0;
            double largest = 0;
            double sum = 0;
            double slicePower = 0;
            double sliceMean = 0;
            for (int tap = 0; tap < taps; tap++) {
                int j = token * taps + tap;
                double w = Math.clamp(weights[start + j] * scale, -LARGEST, LARGEST);
                double logPower =
                        Math.clamp(Math.log((power[j] + 1e-9 * meanPower) * inverse(meanPower) + 1e-12), -6, 6);
                int cell = taps <= CELLS ? tap : tap * CELLS / taps;
                features[at + cell] += w * Math.min(1, (double) CELLS / taps);
                magnitude += Math.abs(w);
                largest = Math.max(largest, Math.abs(w));
                sum += w;
                slicePower += logPower;
                sliceMean += mean[j] * inverse(Math.sqrt(power[j]));
                int t = j * TERMS;
                terms[t] = 1;
                terms[t + 1] = w;
                terms[t + 2] = Math.abs(w);
                terms[t + 3] = w * w / 4;
                terms[t + 4] = logPower;
            }
            features[at + CELLS] = magnitude / taps;
            features[at + CELLS + 1] = largest;
            features[at + CELLS + 2] = sum / taps;
            features[at + CELLS + 3] = slicePower / taps;
            features[at + CELLS + 4] = sliceMean / taps;
            features[at + CELLS + 5] = 1;
        }
        return new KernelTokens(count, taps, features, terms);
    }

    private static double rootMeanSquare(float[] values, int start, int length) {
        double squares = 0;
        for (int i = start; i < start + length; i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares / length);
    }

    private static double inverse(double x) {
        return x > 0 ? 1 / x : 0;
    }

    /** Number of weights. */
    int weights() {
        return count * taps;
    }
}
