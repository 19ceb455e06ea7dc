package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.kernel.ShiftedWindow;
import java.util.List;

/**
 * A convolution whose filters each see one channel: every channel is read where it lies. There is so little arithmetic that a copy
 * into padded planes would take longer than the sums. With strides, or without padding, the rows that are wanted are computed as if every pixel
 * were, and those that are wanted picked.
 *
 * @param window the window on one channel, as if every pixel were an output
 * @param steps what is wanted of these
 * @param weights of all filters, in the window's order, each multiplied by its filter's scale
 * @param channels channels of the input; filters of channel c follow one another
 * @param filters number of filters
 * @param images images in the batch
 * @param epilogue what is done to finished sums
 */
public record DepthwiseConvolution(
        ShiftedWindow window, Steps steps, float[] weights, int channels, int filters, int images, Epilogue epilogue) {
    /**
     * Which pixels are outputs: row r, column c of the output is pixel {@code (r * strideY, c * strideX)}.
     *
     * @param width pixels of a row of the input
     */
    public record Steps(int width, int rows, int columns, int strideY, int strideX) {
        boolean isEveryPixel(int pixels) {
            return strideY == 1 && strideX == 1 && rows * columns == pixels;
        }

        /** Pixels of a row up to the last that is wanted. */
        int reach() {
            return (columns - 1) * strideX + 1;
        }

        int outputs() {
            return rows * columns;
        }
    }

    // More filters of a channel share what is copied for a product, if not every pixel is wanted.
    private static final int MOST_FILTERS = 3;

    // Filters that are worth a piece of work: some ten thousand sums.
    private static final int PIECE_SUMS = 1 << 14;

    /** Whether {@code window} is such a convolution, and this is the way to compute it. */
    public static boolean isPossible(Window window, int channelsPerGroup, int filtersPerGroup) {
        boolean every = true;
        boolean possible = channelsPerGroup == 1;
        for (int i = 0; i < 2; i++) {
            int reach = (window.kernel()[i] - 1) * window.dilation()[i];
            every &= window.stride()[i] == 1 && window.output()[i] == window.input()[i];
            possible &= (window.output()[i] - 1L) * window.stride()[i] < window.input()[i]
                    && reach <= Math.min(window.input()[i], Kernels.COLUMNS / 2);
        }
        return possible && (every || filtersPerGroup <= MOST_FILTERS);
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
        Steps steps = new Steps(
                window.input()[1], window.output()[0], window.output()[1], window.stride()[0], window.stride()[1]);
        return new DepthwiseConvolution(shifted, steps, weights, groups.size(), filters, images, epilogue);
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
        long outputs = (long) images * filters * steps.outputs();
        long computed = steps.isEveryPixel(window.pixels())
                ? outputs
                : (long) images * filters * steps.rows() * (steps.reach() + steps.columns());
        return CostModel.depthwise(outputs * window.taps(), computed * window.taps());
    }

    /** Floats of memory for each worker: a row of which not every pixel is wanted. */
    public int scratch() {
        return steps.isEveryPixel(window.pixels()) ? 0 : steps.reach() + 2 * Kernels.COLUMNS;
    }

    /** The work from {@code x} to {@code y}. */
    public Runnable bind(Binding binding, float[] x, float[] y) {
        Kernels kernels = binding.kernels();
        int sums = Math.multiplyExact(window.taps(), steps.outputs());
        int many = Math.max(1, PIECE_SUMS / Math.max(1, sums));
        int all = Math.multiplyExact(images, filters);
        int pieces = Math.ceilDiv(all, many);
        boolean every = steps.isEveryPixel(window.pixels());
        Workers.Task task = (piece, worker) -> {
            for (int i = piece * many; i < Math.min(all, (piece + 1) * many); i++) {
                if (every) {
                    slide(kernels, i, 0, window.pixels(), x, y, i * window.pixels());
                } else {
                    rows(kernels, i, x, y, binding.perWorker()[worker]);
                }
                if (epilogue.slope() != 1) {
                    int to = i * steps.outputs();
                    kernels.leakyRelu(y, to, y, to, steps.outputs(), epilogue.slope());
                }
            }
        };
        return () -> binding.workers().run(pieces, task);
    }

    private void rows(Kernels kernels, int i, float[] x, float[] y, float[] scratch) {
        // Whole vectors: what is too much is in the scratch memory's next elements.
        int reach = Math.ceilDiv(steps.reach(), Kernels.COLUMNS) * Kernels.COLUMNS;
        for (int r = 0; r < steps.rows(); r++) {
            int start = r * steps.strideY() * steps.width();
            slide(kernels, i, start, Math.min(window.pixels(), start + reach), x, scratch, -start);
            int to = i * steps.outputs() + r * steps.columns();
            switch (steps.strideX()) {
                case 1 -> System.arraycopy(scratch, 0, y, to, steps.columns());
                case 2 -> kernels.everySecond(scratch, 0, y, to, steps.columns());
                default -> {
                    for (int c = 0; c < steps.columns(); c++) {
                        y[to + c] = scratch[c * steps.strideX()];
                    }
                }
            }
        }
    }

    // Pixels of output i, of all filters of all images.
    private void slide(Kernels kernels, int i, int start, int end, float[] x, float[] y, int to) {
        int filter = i % filters;
        int channel = i / filters * channels + filter / (filters / channels);
        kernels.windows()
                .slide(
                        window,
                        start,
                        end,
                        weights,
                        filter * window.taps(),
                        x,
                        channel * window.pixels(),
                        y,
                        to,
                        epilogue.shift()[filter],
                        epilogue.low(),
                        epilogue.high());
    }
}
