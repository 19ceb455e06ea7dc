package dev.signet.quantize.input;

import dev.signet.quantize.runtime.TensorSpec;
import java.util.Locale;

/**
 * What one input of a network is.
 *
 * @param spec what the model says of it
 * @param shape every dimension given, but the first may be -1: an open batch
 * @param kind what its values stand for
 */
public record NetworkInput(TensorSpec spec, long[] shape, Kind kind) {
    /** What an input's values stand for. */
    public sealed interface Kind {}

    /** Pictures, in a layout; 1 to 12 channels. */
    public record Pictures(InputLayout layout) implements Kind {}

    /** A picture of sound: time along one side, frequency along the other. */
    public record Spectrogram(InputLayout layout) implements Kind {}

    /** Samples of a microphone, -1 to 1. */
    public record Sound() implements Kind {}

    /**
     * Bins of a Fourier transform.
     *
     * @param bins how many
     * @param axis the dimension that counts them
     * @param complex the dimension that holds real and imaginary part; -1 for magnitudes
     */
    public record Spectrum(int bins, int axis, int complex) implements Kind {}

    /**
     * What another network's layers give.
     *
     * @param positive behind a ReLU
     */
    public record Features(boolean positive) implements Kind {}

    /**
     * What the network gave the last time.
     *
     * @param output the output that it comes from
     */
    public record State(String output) implements Kind {}

    /** Whole numbers from 0 to below {@code count}: tokens, indices. */
    public record Tokens(long count) implements Kind {}

    /** One value everywhere: a mask that hides nothing, a sample rate, a switch. */
    public record Constant(long value) implements Kind {}

    /** The shape of a batch of {@code samples}, where it is open. */
    public long[] shape(int samples) {
        long[] batch = shape.clone();
        if (batch.length > 0 && batch[0] < 0) {
            batch[0] = samples;
        }
        return batch;
    }

    /** Values of the whole input for one step of an open batch, or of all of a fixed one. */
    public int length() {
        long length = 1;
        for (int i = 0; i < shape.length; i++) {
            length = Math.multiplyExact(length, i == 0 && shape[i] < 0 ? 1 : shape[i]);
        }
        return Math.toIntExact(length);
    }

    /** For people: "pictures [1, 3, 240, 320]". */
    public String text() {
        String what = switch (kind) {
            case Pictures pictures -> pictures.layout().text() + " pictures";
            case Spectrogram s -> "spectrogram";
            case Sound s -> "sound";
            case Spectrum s ->
                String.format(
                        Locale.ROOT, "%d bins of a %s spectrum", s.bins(), s.complex() < 0 ? "magnitude" : "complex");
            case Features f -> f.positive() ? "feature maps" : "features";
            case State s -> "state";
            case Tokens t -> "numbers below " + t.count();
            case Constant c -> "always " + c.value();
        };
        return spec.name() + ": " + what + " " + java.util.Arrays.toString(shape);
    }
}
