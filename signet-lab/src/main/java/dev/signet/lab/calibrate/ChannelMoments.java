package dev.signet.lab.calibrate;

import ai.onnxruntime.OnnxTensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Mean and standard deviation of each channel over samples and positions.
 *
 * @param mean for each channel
 * @param deviation for each channel, of the whole population
 */
record ChannelMoments(double[] mean, double[] deviation) {
    /** The moments of tensors whose dimension {@code channelAxis} counts channels. */
    static ChannelMoments of(List<OnnxTensor> tensors, int channelAxis) {
        return of(
                tensors.stream().map(tensor -> tensor.getFloatBuffer().array()).toList(),
                tensors.getFirst().getInfo().getShape(),
                channelAxis);
    }

    /** The moments of values that are given for each chunk; {@code shape} is one chunk's. */
    static ChannelMoments of(List<float[]> chunks, long[] shape, int channelAxis) {
        int channels = (int) shape[channelAxis];
        int width = 1;
        for (int i = channelAxis + 1; i < shape.length; i++) {
            width *= (int) shape[i];
        }
        return of(chunks, channels, width);
    }

    private static ChannelMoments of(List<float[]> chunks, int channels, int width) {
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        double[] origin = new double[channels];
        IntStream.range(0, channels).parallel().forEach(c -> {
            // Deviations from the first value of a channel: no digits are lost where the mean is large.
            origin[c] = chunks.getFirst()[c * width];
            for (float[] values : chunks) {
                for (int start = c * width; start < values.length; start += channels * width) {
                    double s = 0;
                    double q = 0;
                    for (int i = start; i < start + width; i++) {
                        double x = values[i] - origin[c];
                        s += x;
                        q += x * x;
                    }
                    sum[c] += s;
                    squares[c] += q;
                }
            }
        });
        double count =
                chunks.stream().mapToLong(values -> values.length / channels).sum();
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        for (int c = 0; c < channels; c++) {
            double m = sum[c] / count;
            mean[c] = origin[c] + m;
            deviation[c] = Math.sqrt(Math.max(0, squares[c] / count - m * m));
        }
        return new ChannelMoments(mean, deviation);
    }
}
