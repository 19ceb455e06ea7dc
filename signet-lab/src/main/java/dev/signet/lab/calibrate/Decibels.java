package dev.signet.lab.calibrate;

import java.util.List;

/** Signal to noise ratios. */
final class Decibels {
    /** What equal signals get, since JSON has no infinity. */
    private static final double EQUAL = 200;

    private Decibels() {}

    /** 10 log10 of the signal's squares over the squares of the difference, at most 200 dB. */
    static double snr(List<float[]> signal, List<float[]> approximation) {
        double squares = 0;
        double noise = 0;
        for (int k = 0; k < signal.size(); k++) {
            float[] s = signal.get(k);
            float[] a = approximation.get(k);
            for (int i = 0; i < s.length; i++) {
                double difference = (double) s[i] - a[i];
                squares += (double) s[i] * s[i];
                noise += difference * difference;
            }
        }
        if (!(noise > 0)) {
            return Double.isNaN(noise) ? -EQUAL : EQUAL;
        }
        return Math.clamp(10 * Math.log10(squares / noise), -EQUAL, EQUAL);
    }
}
