package dev.signet.quantize.walk;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.quantize.runtime.Tensor;
import java.util.List;

/**
 * Mean and standard deviation of each channel over samples and positions.
 *
 * @param mean for each channel
 * @param deviation for each channel, of the whole population
 */
public record ChannelMoments(double[] mean, double[] deviation) {
    /** The moments of tensors whose dimension {@code channelAxis} counts channels. */
    public static ChannelMoments of(List<OnnxTensor> tensors, int channelAxis, Compute compute) {
        long[] shape = tensors.getFirst().getInfo().getShape();
        int channels = Math.toIntExact(shape[channelAxis]);
        int width = 1;
        for (int i = channelAxis + 1; i < shape.length; i++) {
            width *= Math.toIntExact(shape[i]);
        }
        int inner = width;
        // Deviations from the first value of a channel: no digits are lost where the mean is large.
        float[] first = Tensor.floats(tensors.getFirst());
        float[] origin = new float[channels];
        for (int c = 0; c < channels; c++) {
            origin[c] = first[c * inner];
        }
        // Each chunk by itself, then all in order: the same sums whatever the number of threads.
        List<Sums> chunks = compute.map(tensors.size(), i -> Sums.of(Tensor.floats(tensors.get(i)), origin, inner));
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        double count = chunks.stream().mapToDouble(Sums::count).sum();
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double squares = 0;
            for (Sums chunk : chunks) {
                sum += chunk.sum[c];
                squares += chunk.squares[c];
            }
            mean[c] = origin[c] + sum / count;
            deviation[c] = Math.sqrt(Math.max(0, squares / count - sum / count * (sum / count)));
        }
        return new ChannelMoments(mean, deviation);
    }

    /** Sums over one chunk. */
    private record Sums(double[] sum, double[] squares, double count) {
        static Sums of(float[] values, float[] origin, int inner) {
            int channels = origin.length;
            double[] sum = new double[channels];
            double[] squares = new double[channels];
            for (int start = 0, run = 0; start < values.length; start += inner, run++) {
                int c = run % channels;
                // Four sums at a time, which do not wait for each other.
                double s0 = 0;
                double s1 = 0;
                double q0 = 0;
                double q1 = 0;
                int end = start + inner;
                int i = start;
                for (; i + 1 < end; i += 2) {
                    double x = values[i] - origin[c];
                    double y = values[i + 1] - origin[c];
                    s0 += x;
                    s1 += y;
                    q0 += x * x;
                    q1 += y * y;
                }
                if (i < end) {
                    double x = values[i] - origin[c];
                    s0 += x;
                    q0 += x * x;
                }
                sum[c] += s0 + s1;
                squares[c] += q0 + q1;
            }
            return new Sums(sum, squares, values.length / (double) channels);
        }
    }
}
