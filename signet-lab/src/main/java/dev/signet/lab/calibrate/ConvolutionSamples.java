package dev.signet.lab.calibrate;

/**
 * A convolution's samples.
 *
 * @param window its geometry
 * @param filters output channels of all groups
 * @param samples how many
 * @param inputs [samples, channels, input]
 * @param outputs [samples, filters, output]
 */
record ConvolutionSamples(Window window, int filters, int samples, float[] inputs, float[] outputs)
        implements LayerSamples {
    @Override
    public int line() {
        return window.line();
    }

    @Override
    public int lines() {
        return samples * linesOfASample();
    }

    private int linesOfASample() {
        return window.positions() / window.line();
    }

    @Override
    public void input(int group, int row, int line, float[] into, int at) {
        int taps = window.taps();
        int channel = group * (window.channels() / window.groups()) + row / taps;
        int sample = line / linesOfASample();
        int start = (sample * window.channels() + channel) * window.inputs();
        window.gather(inputs, start, row % taps, line % linesOfASample(), into, at);
    }

    @Override
    public void output(int group, int filter, int line, float[] into, int at) {
        int channel = group * (filters / window.groups()) + filter;
        int sample = line / linesOfASample();
        int start = (sample * filters + channel) * window.positions() + line % linesOfASample() * window.line();
        System.arraycopy(outputs, start, into, at, window.line());
    }
}
