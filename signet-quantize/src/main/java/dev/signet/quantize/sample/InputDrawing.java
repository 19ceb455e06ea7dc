package dev.signet.quantize.sample;

import dev.signet.quantize.drawn.ColouredNoise;
import dev.signet.quantize.drawn.DeadLeaves;
import dev.signet.quantize.drawn.Scene;
import dev.signet.quantize.drawn.SoundSignal;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.input.InputLayout;
import dev.signet.quantize.input.NetworkInput;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Draws values for the inputs of a network. Each sample has a seed of its own, so that their number does not change them. */
final class InputDrawing {
    /** One of so many pictures is plain noise. */
    private static final int NOISE_EVERY = 4;

    /** The same where normalization nodes make up for what is wrong in the pictures' statistics: two thirds dead leaves. */
    private static final int RENORMALIZED_NOISE_EVERY = 3;

    // A network with states hears one sound after the other, each for so many frames.
    private static final int FRAMES_OF_A_SOUND = 32;

    private final long seed;
    private final boolean renormalized;
    private final List<Preprocessing> ranges;

    /**
     * @param renormalized whether BatchNormalization takes the samples' own statistics
     * @param ranges what pictures are put through, in turn
     */
    InputDrawing(long seed, boolean renormalized, List<Preprocessing> ranges) {
        this.seed = seed;
        this.renormalized = renormalized;
        this.ranges = ranges;
    }

    private SplittableRandom random(int sample) {
        return new SplittableRandom(seed * 1_000_003 + sample);
    }

    Picture picture(int sample, int width, int height) {
        SplittableRandom random = random(sample);
        int every = renormalized ? RENORMALIZED_NOISE_EVERY : NOISE_EVERY;
        if (sample % every == every - 1) {
            return ColouredNoise.draw(width, height, random);
        }
        return renormalized ? DeadLeaves.draw(width, height, random) : Scene.draw(width, height, random);
    }

    /** How many of some pictures are noise. */
    int noiseAmong(int pictures) {
        return pictures / (renormalized ? RENORMALIZED_NOISE_EVERY : NOISE_EVERY);
    }

    /** All values of an input for one sample, or for the {@code sample}-th run of a fixed batch. */
    float[] draw(NetworkInput input, int sample) {
        float[] values = new float[input.length()];
        switch (input.kind()) {
            case NetworkInput.Pictures(InputLayout layout) -> pictures(layout, sample, values);
            case NetworkInput.Spectrogram(InputLayout layout) -> pictures(layout, sample, values);
            case NetworkInput.Sound sound -> sound(values, sample);
            case NetworkInput.Spectrum spectrum -> spectrum(input, spectrum, values, sample);
            case NetworkInput.Features features -> features(input, features, values, sample);
            case NetworkInput.State state -> {
                // Zeros: what the network gave is put there by who runs it.
            }
            case NetworkInput.Tokens tokens -> {
                SplittableRandom random = random(sample);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextLong(tokens.count());
                }
            }
            case NetworkInput.Constant constant -> Arrays.fill(values, (float) constant.value());
        }
        return values;
    }

    private void pictures(InputLayout layout, int sample, float[] values) {
        int images = values.length / layout.imageLength();
        for (int i = 0; i < images; i++) {
            int number = sample * images + i;
            layout.write(
                    picture(number, layout.width(), layout.height()),
                    ranges.get(number % ranges.size()),
                    values,
                    i * layout.imageLength());
        }
    }

    private void sound(float[] values, int sample) {
        int frames = values.length < 4000 ? FRAMES_OF_A_SOUND : 1;
        float[] signal = SoundSignal.draw(values.length * frames, random(sample / frames));
        System.arraycopy(signal, sample % frames * values.length, values, 0, values.length);
    }

    private void spectrum(NetworkInput input, NetworkInput.Spectrum kind, float[] values, int sample) {
        int length = 2 * (kind.bins() - 1);
        int hop = length / 2;
        float[] signal = SoundSignal.draw(length + hop * FRAMES_OF_A_SOUND, random(sample / FRAMES_OF_A_SOUND));
        long[] shape = input.shape(1);
        int inner = 1;
        for (int i = kind.axis() + 1; i < shape.length; i++) {
            inner *= Math.toIntExact(shape[i]);
        }
        int parts = kind.complex() < 0 ? 1 : 2;
        int partStep = 1;
        for (int i = kind.complex() + 1; i < shape.length && kind.complex() >= 0; i++) {
            partStep *= Math.toIntExact(shape[i]);
        }
        float[] spectrum = SoundSignal.spectrum(signal, sample % FRAMES_OF_A_SOUND * hop, kind.bins());
        for (int i = 0; i < values.length; i++) {
            int bin = i / inner % kind.bins();
            double re = spectrum[2 * bin];
            double im = spectrum[2 * bin + 1];
            values[i] = (float) (parts == 1 ? Math.hypot(re, im) : i / partStep % 2 == 0 ? re : im);
        }
    }

    /** Smooth maps behind a ReLU, or numbers about zero. */
    private void features(NetworkInput input, NetworkInput.Features kind, float[] values, int sample) {
        SplittableRandom random = random(sample);
        long[] shape = input.shape(1);
        int plane = shape.length < 2 ? 1 : Math.toIntExact(shape[shape.length - 1] * shape[shape.length - 2]);
        int width = Math.toIntExact(shape.length == 0 ? 1 : shape[shape.length - 1]);
        if (!kind.positive() || plane < 16) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return;
        }
        for (int start = 0; start + plane <= values.length; start += plane) {
            float[] map = ColouredNoise.field(width, plane / width, random);
            double threshold = 0.4 * random.nextGaussian();
            double gain = Math.exp(0.5 * random.nextGaussian());
            for (int i = 0; i < plane; i++) {
                values[start + i] = (float) Math.max(0, gain * (map[i] + threshold));
            }
        }
    }
}
