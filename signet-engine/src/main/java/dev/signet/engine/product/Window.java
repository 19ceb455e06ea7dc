package dev.signet.engine.product;

import dev.signet.engine.tensor.Shape;
import java.util.Arrays;

/**
 * How a window moves over an image, one entry per spatial dimension: what convolutions and pools have in common.
 *
 * @param kernel size of the window
 * @param stride step
 * @param dilation distance between the window's taps
 * @param before padding at the start
 * @param after padding at the end
 * @param input size of the image
 * @param output number of window positions
 */
public record Window(int[] kernel, int[] stride, int[] dilation, int[] before, int[] after, int[] input, int[] output) {
    /** Number of spatial dimensions. */
    public int rank() {
        return kernel.length;
    }

    /** Whether every output reads just the input at its place. */
    public boolean isPointwise() {
        return taps() == 1
                && Arrays.stream(stride).allMatch(s -> s == 1)
                && Arrays.equals(input, output)
                && Arrays.stream(before).allMatch(b -> b == 0);
    }

    /** Number of taps. */
    public int taps() {
        return new Shape(kernel).size();
    }

    /** The same window over an image with a leading spatial dimension of size 1: a 1-D one becomes 2-D. */
    public Window as2d() {
        return rank() == 2
                ? this
                : new Window(
                        prepend(kernel, 1),
                        prepend(stride, 1),
                        prepend(dilation, 1),
                        prepend(before, 0),
                        prepend(after, 0),
                        prepend(input, 1),
                        prepend(output, 1));
    }

    /** The same window without spatial dimension {@code i}. */
    public Window without(int i) {
        return new Window(
                without(kernel, i),
                without(stride, i),
                without(dilation, i),
                without(before, i),
                without(after, i),
                without(input, i),
                without(output, i));
    }

    private static int[] without(int[] values, int i) {
        int[] shorter = new int[values.length - 1];
        System.arraycopy(values, 0, shorter, 0, i);
        System.arraycopy(values, i + 1, shorter, i, shorter.length - i);
        return shorter;
    }

    private static int[] prepend(int[] values, int first) {
        int[] longer = new int[values.length + 1];
        longer[0] = first;
        System.arraycopy(values, 0, longer, 1, values.length);
        return longer;
    }
}
