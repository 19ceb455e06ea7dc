package dev.signet.engine.operator;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.Window;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * ConvTranspose over three spatial dimensions, input row by input row: each is added, times a tap's weight, to the output row that
 * the tap leads to.
 *
 * @param window the window in all three dimensions, its input being the convolution's
 * @param images images in the batch
 * @param channels channels of the input, those of all groups
 * @param filters channels of the output
 * @param groups groups of channels
 */
record VolumeTransposed(Window window, int images, int channels, int filters, int groups) {
    /** The work with weights [channels, filters / groups, ...]. */
    Computation plan(Shape y, Epilogue epilogue) {
        return new Computation.Work(List.of(TensorType.floats(y)), 0, 0, binding -> {
            float[] x = binding.in(0);
            float[] w = binding.in(1);
            float[] to = binding.out(0);
            Kernels kernels = binding.kernels();
            int size = y.product(2, 5);
            Workers.Task filter = (i, worker) -> {
                Arrays.fill(to, i * size, (i + 1) * size, 0);
                sum(kernels, x, w, i / filters, i % filters, to, i * size);
                epilogue.apply(kernels, i % filters, to, i * size, to, i * size, size);
            };
            return () -> binding.workers().run(images * filters, filter);
        });
    }

    private void sum(Kernels kernels, float[] x, float[] w, int image, int filter, float[] y, int at) {
        int perGroup = channels / groups;
        int filtersPerGroup = filters / groups;
        int group = filter / filtersPerGroup;
        int taps = window.taps();
        int volume = new Shape(window.input()).size();
        for (int c = group * perGroup; c < (group + 1) * perGroup; c++) {
            int weights = (c * filtersPerGroup + filter % filtersPerGroup) * taps;
            int from = (image * channels + c) * volume;
            for (int t = 0; t < taps; t++) {
                add(kernels, w[weights + t], t, x, from, y, at);
            }
        }
    }

    private void add(Kernels kernels, float weight, int tap, float[] x, int from, float[] y, int at) {
        int[] in = window.input();
        int[] out = window.output();
        int[] stride = window.stride();
        int dz = shift(0, tap / (window.kernel()[1] * window.kernel()[2]));
        int dy = shift(1, tap / window.kernel()[2] % window.kernel()[1]);
        int dx = shift(2, tap % window.kernel()[2]);
        // The inputs of a row whose outputs are there.
        int first = Math.max(0, Math.ceilDiv(-dx, stride[2]));
        int last = Math.min(in[2] - 1, Math.floorDiv(out[2] - 1 - dx, stride[2]));
        for (int z = 0; z < in[0] && first <= last; z++) {
            for (int r = 0; r < in[1]; r++) {
                int toZ = z * stride[0] + dz;
                int toY = r * stride[1] + dy;
                if (toZ < 0 || toZ >= out[0] || toY < 0 || toY >= out[1]) {
                    continue;
                }
                int row = from + (z * in[1] + r) * in[2];
                int to = at + (toZ * out[1] + toY) * out[2] + dx;
                if (stride[2] == 1) {
                    kernels.addScaled(weight, x, row + first, y, to + first, last - first + 1);
                } else {
                    for (int i = first; i <= last; i++) {
                        y[to + i * stride[2]] += weight * x[row + i];
                    }
                }
            }
        }
    }

    private int shift(int dimension, int tap) {
        return tap * window.dilation()[dimension] - window.before()[dimension];
    }
}
