package dev.signet.lab.calibrate;

import ai.onnxruntime.OnnxTensor;
import java.util.List;

/**
 * Mean and standard deviation of each channel over samples and positions.
 *
 * @param mean for each channel
 * @param deviation for each channel, of the whole population
 */
record ChannelMoments(double[] mean, double[] deviation) {
    /** The moments of tensors whose dimension {@code channelAxis} counts channels. */
    static ChannelMoments of(List<OnnxTensor> tensors, int channelAxis) {
        long[] shape = tensors.getFirst().getInfo().getShape();
        int channels = (int) shape[channelAxis];
        int inner = 1;
        for (int i = channelAxis + 1; i < shape.length; i++) {
            inner *= (int) shape[i];
        }
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        // Deviations from the first value of a channel: no digits are lost where the mean is large.
        double[] origin = new double[channels];
        long count = 0;
        for (OnnxTensor tensor : tensors) {
            float[] values = tensor.getFloatBuffer().array();
            int runs = values.length / inner;
            for (int run = 0; run < runs; run++) {
                int c = run % channels;
                int start = run * inner;
                if (count == 0 && run < channels) {
                    origin[c] = values[start];
                }
                double s = 0;
                double q = 0;
                double o = origin[c];
                for (int i = start; i < start + inner; i++) {
                    double x = values[i] - o;
                    s += x;
                    q += x * x;
                }
                sum[c] += s;
                squares[c] += q;
            }
            count += (long) runs / channels * inner;
        }
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
