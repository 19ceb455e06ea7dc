package dev.signet.lab.calibrate;

/** A convolution's samples. */
final class ConvolutionSamples implements LayerSamples {
    private final Window window;
    private final int samples;
    private final float[] inputs;
    private final float[] outputs;
    private final int filters;
    private final int taps;
    private final int inputSize;
    private final int outputSize;
    private final int linesOfASample;

    /**
     * @param window its geometry
     * @param filters output channels of all groups
     * @param samples how many
     * @param inputs [samples, channels, input]
     * @param outputs [samples, filters, output]
     */
    ConvolutionSamples(Window window, int filters, int samples, float[] inputs, float[] outputs) {
        this.window = window;
        this.filters = filters;
        this.samples = samples;
        this.inputs = inputs;
        this.outputs = outputs;
        this.taps = window.taps();
        this.inputSize = window.inputs();
        this.outputSize = window.positions();
        this.linesOfASample = outputSize / window.line();
    }

    @Override
    public int line() {
        return window.line();
    }

    @Override
    public int samples() {
        return samples;
    }

    @Override
    public int lines() {
        return samples * linesOfASample;
    }

    @Override
    public void input(int group, int row, int line, float[] into, int at) {
        int channel = group * (window.channels() / window.groups()) + row / taps;
        int start = (line / linesOfASample * window.channels() + channel) * inputSize;
        window.gather(inputs, start, row % taps, line % linesOfASample, into, at);
    }

    @Override
    public void output(int group, int filter, int line, float[] into, int at) {
        int channel = group * (filters / window.groups()) + filter;
        int start = (line / linesOfASample * filters + channel) * outputSize + line % linesOfASample * window.line();
        System.arraycopy(outputs, start, into, at, window.line());
    }
}
