package dev.signet.lab.calibrate;

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
     * Writes the inputs that one tap meets along one line of outputs: row {@code (channel, tap)} of the transposed im2col
     * matrix, or a part of it.
     *
     * @param values one channel of one sample
     * @param start where the channel starts in {@code values}
     * @param tap index of the tap in the kernel, row-major
     * @param outputLine index of the line among the output's lines
     * @param row receives {@link #line()} values
     * @param at where in {@code row}
     */
    void gather(float[] values, int start, int tap, int outputLine, float[] row, int at) {
        int last = output.length - 1;
        if (last < 0) {
            row[at] = values[start];
            return;
        }
        int restTap = tap / kernel[last];
        int restLine = outputLine;
        int offset = 0;
        int stride = input[last];
        for (int d = last - 1; d >= 0; d--) {
            int k = restTap % kernel[d];
            int o = restLine % output[d];
            restTap /= kernel[d];
            restLine /= output[d];
            int i = inputIndex(d, o, k);
            if (i < 0) {
                Arrays.fill(row, at, at + output[last], 0);
                return;
            }
            offset += i * stride;
            stride *= input[d];
        }
        int k = tap % kernel[last];
        if (!transposed && strides[last] == 1) {
            copyLine(values, start + offset, k * dilations[last] - padsBefore[last], row, at);
            return;
        }
        for (int o = 0; o < output[last]; o++) {
            int i = inputIndex(last, o, k);
            row[at + o] = i < 0 ? 0 : values[start + offset + i];
        }
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
