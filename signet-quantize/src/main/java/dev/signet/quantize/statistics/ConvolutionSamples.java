package dev.signet.quantize.statistics;

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
    public void input(int group, int row, Window.Lines lines, float[] into, int at) {
        int channel = group * (window.channels() / window.groups()) + row / taps;
        inSamples(lines, at, (sample, ofSample, to) -> {
            int start = (sample * window.channels() + channel) * inputSize;
            window.gather(inputs, start, row % taps, ofSample, into, to);
        });
    }

    @Override
    public void output(int group, int filter, Window.Lines lines, float[] into, int at) {
        int channel = group * (filters / window.groups()) + filter;
        inSamples(lines, at, (sample, ofSample, to) -> {
            int start = (sample * filters + channel) * outputSize;
            for (int i = 0; i < ofSample.count(); i++) {
                int line = ofSample.first() + i * ofSample.step();
                System.arraycopy(outputs, start + line * window.line(), into, to + i * window.line(), window.line());
            }
        });
    }

    private interface OfSample {
        void accept(int sample, Window.Lines lines, int at);
    }

    /** Lines sample by sample, counted from the sample's first. */
    private void inSamples(Window.Lines lines, int at, OfSample action) {
        int done = 0;
        while (done < lines.count()) {
            int line = lines.first() + done * lines.step();
            int first = line % linesOfASample;
            int count = Math.min(lines.count() - done, Math.ceilDiv(linesOfASample - first, lines.step()));
            action.accept(
                    line / linesOfASample, new Window.Lines(first, lines.step(), count), at + done * window.line());
            done += count;
        }
    }

    @Override
    public void means(int group, int sample, float[] into) {
        int channels = window.channels() / window.groups();
        for (int c = 0; c < channels; c++) {
            int start = (sample * window.channels() + group * channels + c) * inputSize;
            window.means(inputs, start, into, c * taps);
        }
        int perGroup = filters / window.groups();
        for (int f = 0; f < perGroup; f++) {
            int start = (sample * filters + group * perGroup + f) * outputSize;
            double sum = 0;
            for (int i = start; i < start + outputSize; i++) {
                sum += outputs[i];
            }
            into[channels * taps + f] = (float) (sum / outputSize);
        }
    }
}
