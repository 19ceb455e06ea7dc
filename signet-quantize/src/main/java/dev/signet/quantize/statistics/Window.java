package dev.signet.quantize.statistics;

import java.util.Arrays;

/**
 * Which inputs each output of a layer sees: the geometry of a convolution in any number of dimensions, or, with no spatial
 * dimensions, of a matrix product.
 *
 * @param channels input channels of all groups
 * @param groups channel groups
 * @param input spatial sizes of the input
 * @param output spatial sizes of the output
 * @param kernel spatial sizes of the kernel
 * @param strides of the window, or, transposed, of the outputs that one input spreads to
 * @param padsBefore zeros before the first input in each dimension
 * @param dilations distance of the kernel's taps
 * @param transposed a transposed convolution
 */
record Window(
        int channels,
        int groups,
        int[] input,
        int[] output,
        int[] kernel,
        int[] strides,
        int[] padsBefore,
        int[] dilations,
        boolean transposed) {

    /** Taps of the kernel. */
    int taps() {
        return product(kernel);
    }

    /** Length d of an im2col row: the weights of one filter. */
    int rowLength() {
        return channels / groups * taps();
    }

    /** Outputs of one channel of one sample. */
    int positions() {
        return product(output);
    }

    /** Inputs of one channel of one sample. */
    int inputs() {
        return product(input);
    }

    static int product(int[] sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    /** Outputs along the last dimension, which are contiguous. */
    int line() {
        return output.length == 0 ? 1 : output[output.length - 1];
    }

    /**
     * Writes the inputs that one tap meets along some lines of outputs: row {@code (channel, tap)} of the transposed im2col
     * matrix, or a part of it.
     *
     * @param values one channel of one sample
     * @param start where the channel starts in {@code values}
     * @param tap index of the tap in the kernel, row-major
     * @param lines indices of lines among the output's lines
     * @param row receives {@link #line()} values for each of them
     * @param at where in {@code row}
     */
    void gather(float[] values, int start, int tap, Lines lines, float[] row, int at) {
        int last = output.length - 1;
        if (last < 0) {
            row[at] = values[start];
            return;
        }
        int width = output[last];
        int k = tap % kernel[last];
        boolean neighbours = !transposed && strides[last] == 1;
        for (int i = 0; i < lines.count(); i++) {
            int offset = offset(tap / kernel[last], lines.first() + i * lines.step());
            int to = at + i * width;
            if (offset < 0) {
                Arrays.fill(row, to, to + width, 0);
            } else if (neighbours) {
                copyLine(values, start + offset, k * dilations[last] - padsBefore[last], row, to);
            } else {
                for (int o = 0; o < width; o++) {
                    int from = inputIndex(last, o, k);
                    row[to + o] = from < 0 ? 0 : values[start + offset + from];
                }
            }
        }
    }

    /** Every {@code step}-th of the output's lines from {@code first} on, {@code count} of them. */
    record Lines(int first, int step, int count) {}

    /** Where the line of inputs starts that a line of outputs meets at a tap of all dimensions but the last; -1 for zeros. */
    private int offset(int tap, int outputLine) {
        int last = output.length - 1;
        int offset = 0;
        int stride = input[last];
        for (int d = last - 1; d >= 0; d--) {
            int i = inputIndex(d, outputLine % output[d], tap % kernel[d]);
            if (i < 0) {
                return -1;
            }
            offset += i * stride;
            stride *= input[d];
            outputLine /= output[d];
            tap /= kernel[d];
        }
        return offset;
    }

    /** With stride 1 the inputs of a line are neighbours: zeros, a run of inputs, zeros. */
    private void copyLine(float[] values, int start, int shift, float[] row, int at) {
        int last = output.length - 1;
        int from = Math.clamp(-shift, 0, output[last]);
        int to = Math.clamp(input[last] - shift, from, output[last]);
        Arrays.fill(row, at, at + from, 0);
        System.arraycopy(values, start + shift + from, row, at + from, to - from);
        Arrays.fill(row, at + to, at + output[last], 0);
    }

    /**
     * The mean over all outputs of what each tap meets. One dimension after the other is summed up, since what a tap meets in
     * one does not depend on the others.
     *
     * @param values one channel of one sample
     * @param start where the channel starts in {@code values}
     * @param means receives {@link #taps()} values
     * @param at where in {@code means}
     */
    void means(float[] values, int start, float[] means, int at) {
        double[] sums = new double[inputs()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = values[start + i];
        }
        int inner = 1;
        for (int d = input.length - 1; d >= 0; d--) {
            int outer = sums.length / inner / input[d];
            double[] next = new double[outer * kernel[d] * inner];
            for (int k = 0; k < kernel[d]; k++) {
                for (int o = 0; o < output[d]; o++) {
                    int i = inputIndex(d, o, k);
                    for (int block = 0; i >= 0 && block < outer; block++) {
                        int from = (block * input[d] + i) * inner;
                        int to = (block * kernel[d] + k) * inner;
                        for (int j = 0; j < inner; j++) {
                            next[to + j] += sums[from + j];
                        }
                    }
                }
            }
            sums = next;
            inner *= kernel[d];
        }
        double positions = positions();
        for (int tap = 0; tap < sums.length; tap++) {
            means[at + tap] = (float) (sums[tap] / positions);
        }
    }

    /** The input that output {@code o} meets at tap {@code k} in dimension {@code d}, or -1 for none. */
    private int inputIndex(int d, int o, int k) {
        int i;
        if (transposed) {
            int spread = o + padsBefore[d] - k * dilations[d];
            if (spread < 0 || spread % strides[d] != 0) {
                return -1;
            }
            i = spread / strides[d];
        } else {
            i = o * strides[d] + k * dilations[d] - padsBefore[d];
        }
        return i >= 0 && i < input[d] ? i : -1;
    }
}
