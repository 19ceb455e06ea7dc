package dev.signet.quantize.figure;

/**
 * What quantization does to one floating output.
 *
 * @param name of the output
 * @param snr in dB: what the output's elements vary by over the samples, each about its own mean, over the squares of the
 *     difference. Grids, anchors and class priors are the same for all inputs: no signal. At most 200
 * @param state whether that is a figure
 */
public record OutputFigure(String name, double snr, State state) {
    /** What an output is like. */
    public enum State {
        /** It varies, and the quantized network's does. */
        ALIVE,
        /** The original's varies, the quantized network's hardly does. */
        DEAD,
        /** The quantized network gives values that are not finite where the original does not. */
        BROKEN,
        /** The original gives nothing, or the same for all samples: there is no figure. */
        SILENT
    }

    /** Whether the signal to noise ratio means anything. */
    public boolean isFigure() {
        return state != State.SILENT;
    }
}
