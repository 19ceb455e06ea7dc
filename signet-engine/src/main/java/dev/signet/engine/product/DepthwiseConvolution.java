package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.ShiftedWindow;
import java.util.List;

/**
 * A convolution whose filters each see one channel, with an output as large as its input: every channel is read where it lies.
 * There is so little arithmetic that a copy into padded planes would take longer than the sums.
 *
 * @param window the window on one channel
 * @param weights of all filters, in the window's order, each multiplied by its filter's scale
 * @param channels channels of the input; filters of channel c follow one another
 * @param filters number of filters
 * @param images images in the batch
 * @param epilogue what is done to finished sums
 */
public record DepthwiseConvolution(
        ShiftedWindow window, float[] weights, int channels, int filters, int images, Epilogue epilogue) {
    // Filters that are worth a piece of work: some ten thousand sums.
    private static final int PIECE_SUMS = 1 << 14;

    /** Whether {@code window}, over {@code groups} groups of {@code depth} weights, is such a convolution. */
    public static boolean isPossible(Window window, int channelsPerGroup) {
        boolean possible = channelsPerGroup == 1;
        for (int i = 0; i < 2; i++) {
            int reach = (window.kernel()[i] - 1) * window.dilation()[i];
            possible &= window.stride()[i] == 1
                    && window.output()[i] == window.input()[i]
                    && reach <= Math.min(window.input()[i], Kernels.COLUMNS / 2);
        }
        return possible;
    }

    /** The convolution of a {@link Window} that {@link #isPossible}. */
    public static DepthwiseConvolution of(Window window, List<WeightRows> groups, int images, Epilogue epilogue) {
        int rows = window.kernel()[0];
        int columns = window.kernel()[1];
        int perGroup = groups.getFirst().rows();
        int filters = Math.multiplyExact(groups.size(), perGroup);
        float[] weights = new float[Math.multiplyExact(filters, rows * columns)];
        float[] filter = new float[rows * columns + Kernels.COLUMNS];
        for (int f = 0; f < filters; f++) {
            groups.get(f / perGroup).read(f % perGroup, 0, rows * columns, filter, 0);
            for (int t = 0; t < rows * columns; t++) {
                int turned = t % columns * rows + t / columns;
                weights[f * rows * columns + turned] = filter[t] * epilogue.scaleOf(f);
            }
        }
        ShiftedWindow shifted =
                new ShiftedWindow(window.input()[1], window.input()[0], shifts(window, 1), shifts(window, 0));
        return new DepthwiseConvolution(shifted, weights, groups.size(), filters, images, epilogue);
    }

    private static int[] shifts(Window window, int axis) {
        int[] shifts = new int[window.kernel()[axis]];
        for (int i = 0; i < shifts.length; i++) {
            shifts[i] = i * window.dilation()[axis] - window.before()[axis];
        }
        return shifts;
    }

    /** What it should cost. */
    public Estimate estimate() {
        return CostModel.depthwise((long) images * filters * window.pixels() * window.taps());
    }

    /** The work from {@code x} to {@code y}. */
    public Runnable bind(Binding binding, float[] x, float[] y) {
        Kernels kernels = binding.kernels();
        int sums = Math.multiplyExact(window.taps(), window.pixels());
        int many = Math.max(1, PIECE_SUMS / Math.max(1, sums));
        int all = Math.multiplyExact(images, filters);
        int pieces = Math.ceilDiv(all, many);
        Workers.Task task = (piece, worker) -> {
            for (int i = piece * many; i < Math.min(all, (piece + 1) * many); i++) {
                filter(kernels, i, x, y);
            }
        };
        return () -> binding.workers().run(pieces, task);
    }

    private void filter(Kernels kernels, int i, float[] x, float[] y) {
        int filter = i % filters;
        int channel = i / filters * channels + filter / (filters / channels);
        int pixels = window.pixels();
        int to = i * pixels;
        kernels.windows()
                .slide(
                        window,
                        weights,
                        filter * window.taps(),
                        x,
                        channel * pixels,
                        y,
                        to,
                        epilogue.shift()[filter],
                        epilogue.low(),
                        epilogue.high());
        if (epilogue.slope() != 1) {
            kernels.leakyRelu(y, to, y, to, pixels, epilogue.slope());
        }
    }
}
