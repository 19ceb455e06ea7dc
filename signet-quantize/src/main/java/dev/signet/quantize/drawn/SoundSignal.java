package dev.signet.quantize.drawn;

import java.util.SplittableRandom;

/**
 * Signals like recorded sound: voices (harmonics of a gliding pitch, swelling and fading), bursts, coloured noise, and silence
 * between them; from a whisper to the loudest. As in recordings, what lies high is far below what lies low, much was sampled at a
 * lower rate once and has nothing above half of that, and all is rounded to 16 bits: a network that takes logarithms hears the
 * difference between a thousandth and a millionth.
 */
public final class SoundSignal {
    private static final int RATE = 16_000;
    private static final double STEP_OF_16_BITS = 1.0 / 32_768;

    /** Two recordings of five were resampled. */
    private static final double RESAMPLED = 0.4;

    /** Sections of two poles each: 48 dB an octave. */
    private static final int SECTIONS = 4;

    private SoundSignal() {}

    /** Samples at 16 kHz, -1 to 1. */
    public static float[] draw(int length, SplittableRandom random) {
        double[] sum = new double[length];
        noise(sum, Math.pow(10, -5 + 3.5 * random.nextDouble()), 0.98 * random.nextDouble(), random);
        int events = random.nextInt(8) == 0 ? 0 : 1 + length / (RATE / 4) + random.nextInt(3);
        for (int i = 0; i < events; i++) {
            int start = random.nextInt(-Math.min(length, RATE / 4), length);
            int duration = (int) (RATE * 0.05 * Math.exp(2.5 * random.nextDouble()));
            if (random.nextInt(4) == 0) {
                burst(sum, start, duration, random);
            } else {
                voice(sum, start, duration, random);
            }
        }
        if (random.nextDouble() < RESAMPLED) {
            lowPass(sum, 2500 + 4000 * random.nextDouble());
        }
        double largest = 1e-9;
        for (double value : sum) {
            largest = Math.max(largest, Math.abs(value));
        }
        double level = Math.pow(10, -1.6 * random.nextDouble());
        double gain = events == 0 ? 1 : level / largest;
        float[] samples = new float[length];
        for (int i = 0; i < length; i++) {
            double value = Math.clamp(gain * sum[i], -1, 1);
            samples[i] = (float) (Math.rint(value / STEP_OF_16_BITS) * STEP_OF_16_BITS);
        }
        return samples;
    }

    /** White noise through one pole. */
    private static void noise(double[] sum, double level, double pole, SplittableRandom random) {
        double last = 0;
        for (int i = 0; i < sum.length; i++) {
            last = pole * last + (1 - pole) * random.nextGaussian();
            sum[i] += level * last;
        }
    }

    /** What is left of frequencies above {@code hertz} when a recording was sampled at twice as much (Butterworth sections). */
    private static void lowPass(double[] sum, double hertz) {
        double w = Math.tan(Math.PI * hertz / RATE);
        for (int section = 0; section < SECTIONS; section++) {
            double damping = 2 * Math.sin(Math.PI * (2 * section + 1) / (4 * SECTIONS));
            double norm = 1 / (1 + damping * w + w * w);
            double b = w * w * norm;
            double a1 = 2 * (w * w - 1) * norm;
            double a2 = (1 - damping * w + w * w) * norm;
            double x1 = 0;
            double x2 = 0;
            double y1 = 0;
            double y2 = 0;
            for (int i = 0; i < sum.length; i++) {
                double x = sum[i];
                double y = b * (x + 2 * x1 + x2) - a1 * y1 - a2 * y2;
                x2 = x1;
                x1 = x;
                y2 = y1;
                y1 = y;
                sum[i] = y;
            }
        }
    }

    private static void burst(double[] sum, int start, int duration, SplittableRandom random) {
        double decay = Math.exp(-5.0 / Math.max(8, duration));
        double pole = 0.95 * random.nextDouble();
        double level = random.nextDouble();
        double last = 0;
        for (int i = 0; i < duration; i++, level *= decay) {
            last = pole * last + (1 - pole) * random.nextGaussian();
            if (start + i >= 0 && start + i < sum.length) {
                sum[start + i] += level * last;
            }
        }
    }

    private static void voice(double[] sum, int start, int duration, SplittableRandom random) {
        double pitch = 80 * Math.exp(1.6 * random.nextDouble());
        double glide = Math.exp(0.5 * random.nextGaussian() / Math.max(1, duration));
        double slope = 0.8 + 1.4 * random.nextDouble();
        // Two resonances, as a mouth has.
        double first = 300 + 600 * random.nextDouble();
        double second = 900 + 1600 * random.nextDouble();
        int harmonics = (int) Math.clamp(RATE / 2 / pitch, 1, 30);
        double[] strength = new double[harmonics];
        for (int h = 0; h < harmonics; h++) {
            double frequency = pitch * (h + 1);
            strength[h] = Math.pow(h + 1, -slope) * (0.2 + peak(frequency, first) + 0.6 * peak(frequency, second));
        }
        double phase = random.nextDouble();
        double level = 0.2 + random.nextDouble();
        for (int i = 0; i < duration; i++) {
            pitch *= glide;
            phase += pitch / RATE;
            if (start + i >= 0 && start + i < sum.length) {
                double swell = Math.sin(Math.PI * (i + 0.5) / duration);
                double value = 0;
                for (int h = 0; h < harmonics; h++) {
                    value += strength[h] * Math.sin(2 * Math.PI * phase * (h + 1));
                }
                sum[start + i] += level * swell * value;
            }
        }
    }

    private static double peak(double frequency, double middle) {
        double off = (frequency - middle) / (0.15 * middle + 60);
        return Math.exp(-off * off / 2);
    }

    /**
     * The spectrum of one windowed frame of a signal: {@code bins} complex numbers, real and imaginary parts one after the other.
     */
    public static float[] spectrum(float[] signal, int start, int bins) {
        int n = 2 * (bins - 1);
        float[] spectrum = new float[2 * bins];
        for (int k = 0; k < bins; k++) {
            double re = 0;
            double im = 0;
            double step = 2 * Math.PI * k / n;
            for (int i = 0; i < n; i++) {
                // The root of a Hann window, as overlapping frames are cut with.
                double value = signal[start + i] * Math.sin(Math.PI * (i + 0.5) / n);
                re += value * Math.cos(step * i);
                im -= value * Math.sin(step * i);
            }
            spectrum[2 * k] = (float) re;
            spectrum[2 * k + 1] = (float) im;
        }
        return spectrum;
    }
}
