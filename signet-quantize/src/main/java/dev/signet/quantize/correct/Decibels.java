package dev.signet.quantize.correct;

import ai.onnxruntime.OnnxTensor;
import dev.signet.core.compute.Compute;
import dev.signet.core.compute.ParallelLoop;
import dev.signet.quantize.runtime.Tensor;
import java.util.List;
import java.util.function.IntFunction;

/** Signal to noise ratios. */
public final class Decibels {
    /** What equal signals get, since JSON has no infinity. */
    private static final double EQUAL = 200;

    private Decibels() {}

    /** 10 log10 of the signal's squares over the squares of the difference, at most 200 dB. */
    public static double snr(List<float[]> signal, List<float[]> approximation) {
        return snr(ParallelLoop.sequential(), signal.size(), signal::get, approximation::get);
    }

    /** The same for tensors, each of which is read once. */
    static double ofTensors(List<OnnxTensor> signal, List<OnnxTensor> approximation, Compute compute) {
        return snr(compute, signal.size(), i -> Tensor.floats(signal.get(i)), i -> Tensor.floats(approximation.get(i)));
    }

    private static double snr(
            ParallelLoop loop, int parts, IntFunction<float[]> signal, IntFunction<float[]> approximation) {
        // Each part by itself, then all in order: the same sums whatever the number of threads.
        double[][] sums = new double[parts][];
        loop.run(parts, part -> sums[part] = squares(signal.apply(part), approximation.apply(part)));
        double squares = 0;
        double noise = 0;
        for (double[] sum : sums) {
            squares += sum[0];
            noise += sum[1];
        }
        if (!(noise > 0)) {
            return Double.isNaN(noise) ? -EQUAL : EQUAL;
        }
        return Math.clamp(10 * Math.log10(squares / noise), -EQUAL, EQUAL);
    }

    private static double[] squares(float[] signal, float[] approximation) {
        double squares = 0;
        double noise = 0;
        for (int i = 0; i < signal.length; i++) {
            double difference = (double) signal[i] - approximation[i];
            squares += (double) signal[i] * signal[i];
            noise += difference * difference;
        }
        return new double[] {squares, noise};
    }
}
